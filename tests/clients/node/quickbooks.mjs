// node-quickbooks: every entity that it knows, and what concerns the company as a whole.
import assert from 'node:assert/strict'
import { check, fresh, given, require } from './harness.mjs'

const QuickBooks = require('node-quickbooks')
QuickBooks.V3_ENDPOINT_BASE_URL = `${given.url}/v3/company/`
QuickBooks.TOKEN_URL = `${given.url}/oauth2/v1/tokens/bearer`
QuickBooks.REVOKE_URL = `${given.url}/v2/oauth2/tokens/revoke`
QuickBooks.USER_INFO_URL = `${given.url}/v1/openid_connect/userinfo`

export function connect(tokens, realmId = given.realm) {
  return new QuickBooks({
    consumerKey: given.clientId,
    consumerSecret: given.clientSecret,
    token: tokens.access_token,
    tokenSecret: false,
    realmId,
    useSandbox: true,
    debug: false,
    minorversion: 75,
    oauthversion: '2.0',
    refreshToken: tokens.refresh_token,
  })
}

export const client = connect(given.tokens)
export const plural = (entity) => client.pluralize(entity)

export function call(method, ...args) {
  return callOn(client, method, ...args)
}

export function callOn(qbo, method, ...args) {
  return new Promise((resolve, reject) => {
    qbo[method](...args, (error, data) => (error ? reject(error) : resolve(data)))
  })
}

export const create = (row) => call(`create${row.entity}`, fresh(row)[0])

// What a client must do for an entity, unless the table says that it has no such method.
function each(sentence, methods, run, fits = () => true) {
  for (const row of given.rows.filter(fits)) {
    check(`${row.title} ${sentence}`, async () => {
      const lacking = methods(row.entity).filter((name) => !(name in client))
      if (row.lacks.includes(sentence)) {
        assert.notEqual(lacking.length, 0, 'the client has learned it: strike it from the table')
        return
      }
      assert.deepEqual(lacking, [])
      await run(row)
    })
  }
}

const listed = async (row, criteria) => {
  const { QueryResponse } = await call(`find${plural(row.entity)}`, criteria)
  return QueryResponse[row.entity] ?? []
}
const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name]]))

each('is created and read back', (name) => [`create${name}`, `get${name}`], async (row) => {
  const made = await create(row)

  const read = await call(`get${row.entity}`, made.Id)

  assert.deepEqual(read, made)
  assert.equal(made.SyncToken, '0')
})

each(
  'is found by criteria, counted and paged',
  (name) => [`create${name}`, `find${plural(name)}`],
  async (row) => {
    const [first, second] = [await create(row), await create(row)]
    const value = second[row.find]

    const found = await listed(row, { [row.find]: value })
    const among = await listed(row, [{ field: 'Id', value: [first.Id, second.Id], operator: 'IN' }])
    const page = await listed(row, { limit: 1, offset: 2 })
    const all = await listed(row, { fetchAll: true, limit: 2 })
    const counted = await call(`find${plural(row.entity)}`, { count: true })

    assert.ok(found.some((each) => each.Id === second.Id))
    assert.equal(among.length, 2)
    assert.equal(page.length, 1)
    assert.equal(all.length, counted.QueryResponse.totalCount)
  },
)

each('is updated in full', (name) => [`create${name}`, `update${name}`], async (row) => {
  const made = await create(row)
  const [, change] = fresh(row)

  const updated = await call(`update${row.entity}`, { ...made, ...change, sparse: false })

  assert.deepEqual(pick(updated, Object.keys(change)), change)
  assert.equal(updated.SyncToken, '1')
})

each('is updated sparsely', (name) => [`create${name}`, `update${name}`], async (row) => {
  const made = await create(row)
  const [, change] = fresh(row)
  const sent = { ...pick(made, ['Id', 'SyncToken', ...row.keep]), ...change }

  const updated = await call(`update${row.entity}`, sent)

  assert.deepEqual(pick(updated, Object.keys(change)), change)
  assert.deepEqual(updated.Line, made.Line)
  assert.equal(updated.SyncToken, '1')
})

each(
  'is deleted, by id and as an object',
  (name) => [`create${name}`, `delete${name}`, `get${name}`],
  async (row) => {
    const [first, second] = [await create(row), await create(row)]

    const one = await call(`delete${row.entity}`, first.Id)
    const other = await call(`delete${row.entity}`, pick(second, ['Id', 'SyncToken']))

    assert.equal(one[row.entity].status, 'Deleted')
    assert.equal(other[row.entity].status, 'Deleted')
    await assert.rejects(
      call(`get${row.entity}`, first.Id),
      (error) => error.response.data.Fault.Error[0].code === '610',
    )
  },
  (row) => row.gone === 'delete',
)

each(
  'is deactivated',
  (name) => [`create${name}`, `update${name}`, `find${plural(name)}`],
  async (row) => {
    const made = await create(row)

    const ended = await call(`update${row.entity}`, {
      ...pick(made, ['Id', 'SyncToken', ...row.keep]),
      Active: false,
    })

    assert.equal(ended.Active, false)
    assert.deepEqual(await listed(row, { Id: made.Id }), [])
    assert.equal((await listed(row, { Id: made.Id, Active: false })).length, 1)
  },
  (row) => row.gone === 'deactivate',
)

each(
  'is voided',
  (name) => [`create${name}`, `void${name}`],
  async (row) => {
    const made = await create(row)

    const answer = await call(`void${row.entity}`, pick(made, ['Id', 'SyncToken']))

    const voided = answer[row.entity] ?? answer
    assert.equal(voided.TotalAmt, 0)
    assert.match(voided.PrivateNote, /Voided/)
  },
  (row) => row.voids,
)

each('goes through a batch', () => ['batch'], async (row) => {
  const made = await batch(
    ...['a', 'b'].map((bId) => ({ bId, operation: 'create', [row.entity]: fresh(row)[0] })),
  )
  const [one, other] = made.map((item) => item[row.entity])
  const [, change] = fresh(row)
  const sent = { ...pick(one, ['Id', 'SyncToken', ...row.keep]), ...change, sparse: true }

  const [updated, stale, found] = await batch(
    { bId: 'u', operation: 'update', [row.entity]: sent },
    { bId: 's', operation: 'update', [row.entity]: { ...sent, Id: other.Id, SyncToken: '7' } },
    { bId: 'q', Query: `select * from ${row.entity} where Id = '${one.Id}'` },
  )

  assert.deepEqual(pick(updated[row.entity], Object.keys(change)), change)
  assert.equal(stale.Fault.Error[0].code, '5010')
  assert.equal(found.QueryResponse[row.entity][0].SyncToken, '1')
  if (row.gone === 'delete') {
    const gone = pick(other, ['Id', 'SyncToken'])
    const [deleted] = await batch({ bId: 'd', operation: 'delete', [row.entity]: gone })
    assert.equal(deleted[row.entity].status, 'Deleted')
  }
})

each(
  'is among the changes captured',
  (name) => [`create${name}`, 'changeDataCapture'],
  async (row) => {
    const [kept, ended] = [await create(row), await create(row)]
    if (row.gone === 'delete') {
      await batch({ bId: 'd', operation: 'delete', [row.entity]: pick(ended, ['Id', 'SyncToken']) })
    }

    const { CDCResponse } = await call('changeDataCapture', [row.entity], hourAgo())

    const changed = CDCResponse[0].QueryResponse[0][row.entity]
    const byId = Object.fromEntries(changed.map((each) => [each.Id, each]))
    assert.ok(byId[kept.Id])
    if (row.gone === 'delete') assert.equal(byId[ended.Id].status, 'Deleted')
  },
)

export const hourAgo = () => new Date(Date.now() - 3600_000)

export async function batch(...items) {
  const { BatchItemResponse } = await call('batch', items)
  assert.deepEqual(
    BatchItemResponse.map((item) => item.bId),
    items.map((item) => item.bId),
  )
  return BatchItemResponse
}
