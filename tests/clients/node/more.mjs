// node-quickbooks and mail, print, files, taxes, currencies and stock.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { check, given } from './harness.mjs'
import { batch, call, callOn, connect, create, hourAgo } from './quickbooks.mjs'

const row = (entity) => given.rows.find((each) => each.entity === entity)
const abroad = connect(given.abroad.tokens, given.abroad.realm)

for (const [entity, method] of [
  ['Invoice', 'sendInvoicePdf'],
  ['Estimate', 'sendEstimatePdf'],
  ['CreditMemo', 'sendCreditMemoPdf'],
  ['SalesReceipt', 'sendSalesReceiptPdf'],
  ['PurchaseOrder', 'sendPurchaseOrder'],
]) {
  check(`${entity} is mailed`, async () => {
    const made = await create(row(entity))

    const sent = await call(method, made.Id, 'somebody@example.com')

    assert.equal(sent.EmailStatus, 'EmailSent')
    assert.equal((sent.BillEmail ?? sent.POEmail).Address, 'somebody@example.com')
  })
}

for (const entity of ['Invoice', 'Estimate', 'CreditMemo', 'SalesReceipt']) {
  check(`${entity} is printed`, async () => {
    const made = await create(row(entity))

    const pdf = await call(`get${entity}Pdf`, made.Id)

    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  })
}

check('a file is uploaded and hangs on an invoice', async () => {
  const invoice = await create(row('Invoice'))
  const content = Buffer.from('a file, \u0000 with a nought')

  const made = await call('upload', 'photo.png', 'image/png', content, 'Invoice', invoice.Id)

  assert.equal(made.AttachableRef[0].EntityRef.value, invoice.Id)
  const found = await call('getAttachable', made.Id)
  assert.equal(found.Size, content.length)
  const served = await fetch(found.TempDownloadUri)
  assert.deepEqual(Buffer.from(await served.arrayBuffer()), content)
})

check('a file may come as a stream and hang on nothing', async () => {
  const made = await call('upload', 'note.txt', 'text/plain', Readable.from(['some ', 'text']))

  assert.equal(made.FileName, 'note.txt')
})

check('a tax agency and a code with a rate of it are made', async () => {
  const agency = await call('createTaxAgency', { DisplayName: 'Agency of JavaScript' })
  const detail = { TaxRateName: 'js rate', RateValue: '7', TaxAgencyId: agency.Id }

  await call('createTaxService', {
    TaxCode: 'Code of JavaScript',
    TaxRateDetails: [{ ...detail, TaxApplicableOn: 'Sales' }],
  })

  const { QueryResponse } = await call('findTaxCodes', { Name: 'Code of JavaScript' })
  assert.equal(QueryResponse.TaxCode[0].SalesTaxRateList.TaxRateDetail.length, 1)
})

check('a currency is read and found', async () => {
  const CompanyCurrency = { Code: 'EUR' }
  await callOn(abroad, 'batch', [{ bId: 'e', operation: 'create', CompanyCurrency }])

  const { QueryResponse } = await callOn(abroad, 'findCompanyCurrencies', { Code: 'EUR' })
  const [euro] = QueryResponse.CompanyCurrency

  assert.deepEqual(await callOn(abroad, 'getCompanyCurrency', euro.Id), euro)
})

check('an exchange rate is set, read and found', async () => {
  const AsOfDate = '2026-02-27'
  const rate = { SourceCurrencyCode: 'EUR', TargetCurrencyCode: 'USD', AsOfDate, Rate: 1.5 }

  await callOn(abroad, 'updateExchangeRate', rate)

  const asked = { sourcecurrencycode: 'EUR', asofdate: AsOfDate }
  const { ExchangeRate } = await callOn(abroad, 'getExchangeRate', asked)
  assert.equal(ExchangeRate.Rate, 1.5)
  const wanted = { SourceCurrencyCode: 'EUR', AsOfDate }
  const { QueryResponse } = await callOn(abroad, 'findExchangeRates', wanted)
  assert.equal(QueryResponse.ExchangeRate.length, 1)
})

check('stock is adjusted in a batch, and captured as a change', async () => {
  const item = await create(given.rows.find((each) => each.body.Type === 'Inventory'))
  const counted = { ItemRef: { value: item.Id }, QtyDiff: -4 }
  const Line = [{ DetailType: 'ItemAdjustmentLineDetail', ItemAdjustmentLineDetail: counted }]
  const InventoryAdjustment = { AdjustAccountRef: { value: '91' }, Line }

  const [made] = await batch({ bId: 'a', operation: 'create', InventoryAdjustment })

  assert.equal((await call('getItem', item.Id)).QtyOnHand, item.QtyOnHand - 4)
  const { CDCResponse } = await call('changeDataCapture', ['InventoryAdjustment'], hourAgo())
  const ids = CDCResponse[0].QueryResponse[0].InventoryAdjustment.map((each) => each.Id)
  assert.ok(ids.includes(made.InventoryAdjustment.Id))
})
