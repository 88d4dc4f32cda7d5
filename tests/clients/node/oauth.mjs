// intuit-oauth and the OAuth part of node-quickbooks: from the authorise page to revocation.
import assert from 'node:assert/strict'
import { check, given, require } from './harness.mjs'
import { callOn, connect } from './quickbooks.mjs'

const OAuthClient = require('intuit-oauth')
OAuthClient.jwks_uri = `${given.url}/op/v1/jwks`
OAuthClient.environment.sandbox = `${given.url}/`

function newClient(clientSecret = given.clientSecret) {
  const client = new OAuthClient({
    clientId: given.clientId,
    clientSecret,
    environment: 'sandbox',
    redirectUri: 'https://example.com/callback',
  })
  return client.setAuthorizeURLs({
    authorizeEndpoint: `${given.url}/connect/oauth2`,
    tokenEndpoint: `${given.url}/oauth2/v1/tokens/bearer`,
    revokeEndpoint: `${given.url}/v2/oauth2/tokens/revoke`,
    userInfoEndpoint: `${given.url}/v1/openid_connect/userinfo`,
  })
}

// Follow the authorise address as a browser whose user says yes; answers the address of the app.
async function consent(client, ...scope) {
  const address = client.authorizeUri({ scope: [OAuthClient.scopes.Accounting, ...scope] })
  const answer = await fetch(`${address}&consent=auto`, { redirect: 'manual' })
  assert.equal(answer.status, 302)
  return answer.headers.get('location')
}

async function connected(...scope) {
  const client = newClient()
  await client.createToken(await consent(client, ...scope))
  return client
}

const companyinfo = `v3/company/${given.realm}/companyinfo/${given.realm}`

check('intuit-oauth turns a consent into tokens that open the company', async () => {
  const client = await connected()

  const answer = await client.makeApiCall({ url: companyinfo })

  assert.equal(client.getToken().realmId, given.realm)
  assert.equal(client.isAccessTokenValid(), true)
  assert.equal(answer.json.CompanyInfo.Country, 'US')
})

check('intuit-oauth validates the id token of a consent with openid', async () => {
  const client = await connected(OAuthClient.scopes.OpenId, OAuthClient.scopes.Email)

  assert.equal(await client.validateIdToken(), true)
  const { json } = await client.getUserInfo()
  assert.match(json.email, /@/)
})

check('intuit-oauth finds an id token that was tampered with', async () => {
  const client = await connected(OAuthClient.scopes.OpenId)
  const parts = client.getToken().id_token.split('.')
  const claims = { ...JSON.parse(atob(parts[1])), sub: 'somebody else' }
  client.getToken().id_token = [parts[0], btoa(JSON.stringify(claims)), parts[2]].join('.')

  await assert.rejects(client.validateIdToken())
})

check('intuit-oauth refreshes and keeps its refresh token for the day', async () => {
  const client = await connected()
  const before = { ...client.getToken() }

  await client.refresh()

  assert.notEqual(client.getToken().access_token, before.access_token)
  assert.equal(client.getToken().refresh_token, before.refresh_token)
})

check('intuit-oauth revokes, and nothing opens the company any more', async () => {
  const client = await connected()
  const { access_token, refresh_token } = { ...client.getToken() }

  await client.revoke()

  client.setToken({ access_token, refresh_token, expires_in: 3600 })
  await assert.rejects(client.makeApiCall({ url: companyinfo }), (error) => error.code === '401')
  await assert.rejects(client.refreshUsingToken(refresh_token), { error: 'invalid_grant' })
})

check('intuit-oauth says that a code works once', async () => {
  const client = newClient()
  const address = await consent(client)
  await client.createToken(address)

  await assert.rejects(client.createToken(address), { error: 'invalid_grant' })
})

check('intuit-oauth says that a wrong secret is no client', async () => {
  const client = newClient('wrong')

  await assert.rejects(client.refreshUsingToken('AB11anything'), { error: 'invalid_client' })
})

check('intuit-oauth reads the fault of a refused call', async () => {
  const client = await connected()

  await assert.rejects(
    client.makeApiCall({
      url: `v3/company/${given.realm}/invoice`,
      method: 'POST',
      body: { CustomerRef: { value: '1' } },
    }),
    (error) => error.fault.errors[0].code === '2020' && error.intuitTid !== '',
  )
})

check('node-quickbooks refreshes its access token and goes on', async () => {
  const token = (await connected()).getToken()
  const qbo = connect(token)

  await callOn(qbo, 'refreshAccessToken')

  assert.notEqual(qbo.token, token.access_token)
  assert.equal((await callOn(qbo, 'getCompanyInfo', given.realm)).Country, 'US')
})

check('node-quickbooks revokes its access', async () => {
  const token = (await connected()).getToken()
  const qbo = connect(token)

  await callOn(qbo, 'revokeAccess', true)

  const again = connect(token)
  await assert.rejects(
    callOn(again, 'getCompanyInfo', given.realm),
    (error) => error.response.status === 401,
  )
})

check('node-quickbooks knows who consented', async () => {
  const qbo = connect((await connected(OAuthClient.scopes.OpenId)).getToken())

  assert.ok((await callOn(qbo, 'getUserInfo')).sub)
})
