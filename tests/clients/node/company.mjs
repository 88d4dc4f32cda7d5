// node-quickbooks and what concerns the company as a whole: its settings, lists, reports.
import assert from 'node:assert/strict'
import { check, given } from './harness.mjs'
import { call, client, create, hourAgo, plural } from './quickbooks.mjs'

const row = (entity) => given.rows.find((each) => each.entity === entity)

check('the company information is read, found and changed', async () => {
  const info = await call('getCompanyInfo', given.realm)
  const { QueryResponse } = await call('findCompanyInfos')

  const saved = await call('updateCompanyInfo', { ...info, LegalName: 'Named in JavaScript' })

  assert.equal(QueryResponse.CompanyInfo[0].CompanyName, info.CompanyName)
  assert.equal(saved.LegalName, 'Named in JavaScript')
})

check('preferences are read, found and changed', async () => {
  const { QueryResponse } = await call('findPreferenceses')
  const { Id, SyncToken } = await call('getPreferences')
  const shipping = { Id, SyncToken, SalesFormsPrefs: { AllowShipping: true } }

  const saved = await call('updatePreferences', shipping)

  assert.equal(QueryResponse.Preferences[0].Id, Id)
  assert.equal(saved.SalesFormsPrefs.AllowShipping, true)
})

for (const entity of ['TaxAgency', 'TaxCode', 'TaxRate']) {
  check(`${entity} is read and queried`, async () => {
    const { QueryResponse } = await call(`find${plural(entity)}`)

    const [first] = QueryResponse[entity]

    assert.deepEqual(await call(`get${entity}`, first.Id), first)
  })
}

for (const entity of ['TaxAgency', 'TaxCode', 'TaxRate']) {
  check(`${entity} is not to be updated`, async () => {
    const { QueryResponse } = await call(`find${plural(entity)}`)
    const { Id, SyncToken } = QueryResponse[entity].find((each) => /^\d+$/.test(each.Id))

    const update = call(`update${entity}`, { Id, SyncToken, Active: false })

    await assert.rejects(update, (error) => error.response.data.Fault.Error[0].code === '500')
  })
}

// What the client calls otherwise; a report that it does not know goes by getReports.
const METHODS = {
  GeneralLedger: 'reportGeneralLedgerDetail',
  AccountList: 'reportAccountListDetail',
}
const macro = { date_macro: 'This Fiscal Year-to-date' }
for (const name of given.reports) {
  check(`the report ${name} has its header, columns and rows`, async () => {
    await create(row('Invoice'))

    const method = METHODS[name] ?? `report${name}`
    const path = `${name}?${new URLSearchParams(macro)}`
    const report = await (method in client ? call(method, macro) : call('getReports', path))

    assert.equal(report.Header.ReportName, name)
    assert.ok(report.Columns.Column.length > 0)
    assert.ok(report.Rows.Row.length > 0)
  })
}

check('changes of several entities come in one answer', async () => {
  const made = await create(row('Customer'))

  const { CDCResponse } = await call('changeDataCapture', 'Vendor,Customer', hourAgo())

  const changed = CDCResponse[0].QueryResponse.flatMap((each) => each.Customer ?? [])
  assert.ok(changed.some((each) => each.Id === made.Id))
})
