/** `bin/node test/crash/run.ts [rounds] [postgres-url]`: kills a server under load, round after round; stops at the first loss. */
import { createCrashRig } from './crash.ts'

const rounds = Number(process.argv[2] ?? 100)
const rig = await createCrashRig(process.argv[3])
try {
  for (let round = 1; round <= rounds; round++) {
    const after = Math.round(20 + Math.random() * 1500)
    const verified = await rig.round(after)
    console.log(
      `round ${round} of ${rounds}: killed after ${after} ms, ${verified} acknowledged messages are all there`,
    )
  }
} finally {
  await rig.close()
}
