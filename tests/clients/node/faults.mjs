// Every class of fault as node-quickbooks hands it to its callback.
import assert from 'node:assert/strict'
import { check, control, fresh, given } from './harness.mjs'
import { call, callOn, client, connect } from './quickbooks.mjs'

const names = (() => {
  let number = 0
  return () => `Unlucky ${(number += 1)}`
})()

async function refused(promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  return assert.fail('it was accepted')
}

function fault(sentence, code, type, act) {
  check(`${sentence} is a fault with its code`, async () => {
    const error = await refused(act())

    assert.equal(error.response.status, 400)
    const { Fault } = error.response.data
    assert.equal(Fault.Error[0].code, code)
    assert.equal(Fault.type, type)
    assert.ok(Fault.Error[0].Message)
  })
}

const validation = 'ValidationFault'
fault('a missing field', '2020', validation, () =>
  call('createInvoice', { CustomerRef: { value: '1' } }),
)
fault('an unknown property', '2010', validation, () =>
  call('createCustomer', { DisplayName: names(), Oddity: 1 }),
)
fault('a query on an unknown field', '4001', validation, () => call('findCustomers', { Oddity: 1 }))
fault('a name that is taken', '6240', validation, async () => {
  const { DisplayName } = await call('createCustomer', { DisplayName: names() })
  return call('createCustomer', { DisplayName })
})
fault('a stale object', '5010', validation, async () => {
  const made = await call('createCustomer', { DisplayName: names() })
  return call('updateCustomer', { Id: made.Id, SyncToken: '9', CompanyName: 'Late' })
})
fault('an object that is not there', '610', validation, () => call('getInvoice', '999999'))
fault('a batch that is too long', '1040', validation, () =>
  call('batch', Array.from({ length: 31 }, (_, n) => ({ bId: `${n}`, Query: 'select * from Term' }))),
)
fault('an entity that the emulator lacks', '4001', validation, () => call('findBudgets', {}))
fault('a path that leads nowhere', '500', validation, () => call('getTimeActivity', '1'))
fault('a report that nobody knows', '5020', validation, () => call('getReports', 'Horoscope'))

function trouble(answer, status, says) {
  check(`${answer} on the way reaches the program as status ${status}`, async () => {
    const tokens = await control('tokens', { realm: given.realm })
    await control('faults', { answer, entity: 'Customer', count: 1 })

    const error = await refused(
      callOn(connect(tokens), 'createCustomer', { DisplayName: names() }),
    )

    assert.equal(error.response.status, status)
    assert.match(JSON.stringify(error.response.data), says)
    client.token = (await control('tokens', { realm: given.realm })).access_token
  })
}

trouble('expired_token', 401, /"code":"3200".*AUTHENTICATION/)
trouble('revoked', 401, /"code":"3200"/)
trouble('wrong_cluster', 401, /"code":"130"/)
trouble('forbidden', 403, /"code":"3100"/)
trouble('gateway_error', 500, /"code":"3100"/)
trouble('throttled', 429, /<IntuitResponse.*ThrottleExceeded/)
trouble('server_error', 500, /<html>/)
trouble('unavailable', 503, /<html>/)
trouble('stream_timeout', 504, /stream timeout/)
trouble('one_name_at_a_time', 400, /"code":"6000"/)
trouble('inventory_lock', 400, /"code":"6000"/)
trouble('duplicate_request', 400, /"code":"600"/)
trouble('system_failure', 500, /SystemFault/)
trouble('read_only_company', 400, /"code":"6190"/)

check('a system failure with status 200 is an error all the same', async () => {
  await control('faults', { answer: 'system_failure', status: 200, entity: 'Customer', count: 1 })

  const error = await refused(call('createCustomer', { DisplayName: names() }))

  assert.equal(error.Fault.Error[0].code, '10000')
})

check('a dropped connection leaves the program in doubt', async () => {
  const DisplayName = names()
  await control('faults', { answer: 'dropped', commits: 'yes', entity: 'Customer', count: 1 })

  const error = await refused(call('createCustomer', { DisplayName }))

  assert.equal(error.response, undefined)
  assert.equal(error.code, 'ECONNRESET')
  const { QueryResponse } = await call('findCustomers', { DisplayName })
  assert.equal(QueryResponse.Customer.length, 1)
})

check('a request id makes a write repeatable', async () => {
  const row = given.rows.find((row) => row.entity === 'Invoice')
  const [body] = fresh(row)

  const first = await call('createInvoice', { ...body, requestId: 'js-once' })
  const second = await call('createInvoice', { ...body, requestId: 'js-once' })

  assert.deepEqual(second, first)
})
