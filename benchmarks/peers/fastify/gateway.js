// Fastify with @fastify/http-proxy and openid-client, one process a core. Arguments: port, constant token.
import cluster from 'node:cluster'
import { availableParallelism } from 'node:os'
import proxy from '@fastify/http-proxy'
import Fastify from 'fastify'
import * as oauth from 'openid-client'

const [port, constant] = process.argv.slice(2)
const own = 'Basic ' + Buffer.from('bench:benchsecret').toString('base64')
const issuer = { issuer: 'http://127.0.0.1:9000', token_endpoint: 'http://127.0.0.1:9000/token' }
const tokens = new Map()

async function obtain (basic) {
  const [id, secret] = Buffer.from(basic.slice('Basic '.length), 'base64').toString().split(/:(.*)/s)
  const client = new oauth.Configuration(issuer, id, undefined, oauth.ClientSecretBasic(secret))
  oauth.allowInsecureRequests(client)
  const token = await oauth.clientCredentialsGrant(client)
  const kept = { header: 'Bearer ' + token.access_token, ends: Date.now() + (token.expires_in - 30) * 1000 }
  tokens.set(basic, kept)
  return kept
}

async function bearer (basic) {
  const kept = tokens.get(basic)
  return (kept && kept.ends > Date.now() ? kept : await obtain(basic)).header
}

function route (gateway, name, preHandler) {
  gateway.register(proxy, {
    upstream: 'http://127.0.0.1:9100',
    prefix: `/bench/${name}`,
    rewritePrefix: `/bench/${name}`,
    preHandler,
    replyOptions: { rewriteRequestHeaders: (request, headers) => ({ ...headers, authorization: request.bearer ?? headers.authorization }) }
  })
}

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork()
} else {
  const gateway = Fastify()
  gateway.decorateRequest('bearer', null)
  route(gateway, 'plain')
  route(gateway, 'constant', async (request) => { request.bearer = 'Bearer ' + constant })
  route(gateway, 'gateway', async (request) => { request.bearer = await bearer(own) })
  route(gateway, 'application', async (request) => { request.bearer = await bearer(request.headers.authorization) })
  await gateway.listen({ port: Number(port), host: '127.0.0.1' })
}
