// Checks by name, run one after the other; each result is one line of JSON on standard output.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

export const given = JSON.parse(await text(process.stdin))
export const require = createRequire(import.meta.url)
const checks = []
let number = 0

export function check(name, run) {
  checks.push({ name, run })
}

export async function runAll() {
  for (const { name, run } of checks) {
    try {
      await run()
      console.log(JSON.stringify({ name }))
    } catch (error) {
      const data = error?.response?.data ?? error?.Fault
      const said = data === undefined ? '' : `\n${JSON.stringify(data).slice(0, 2000)}`
      console.log(JSON.stringify({ name, error: `${error?.stack ?? error}${said}` }))
    }
  }
}

// A row's body and change with a name of their own and the ids that stand.
export function fresh(row) {
  number += 1
  let text = JSON.stringify([row.body, row.change])
  text = text.replaceAll('$name', `${row.entity.slice(0, 13)} js${number}`)
  for (const [name, id] of Object.entries(given.standing)) text = text.replaceAll(`$${name}`, id)
  return JSON.parse(text)
}

export async function control(path, body) {
  const answer = await fetch(`${given.url}/_emulator/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(answer.status, 200, await answer.clone().text())
  return answer.json()
}

async function text(stream) {
  let all = ''
  for await (const part of stream) all += part
  return all
}
