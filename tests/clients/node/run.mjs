// All checks, in one process.
import { runAll } from './harness.mjs'
import './quickbooks.mjs'
import './company.mjs'
import './more.mjs'
import './faults.mjs'
import './oauth.mjs'

await runAll()
