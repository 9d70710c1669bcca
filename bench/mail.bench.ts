/**
 * The main job against its peers: the same load on ours and on Dovecot (when it is installed), interleaved in one run,
 * with the ratio. `npm run bench -- mail` or `npm run bench -- mail deliveries search`.
 */
import { dovecotMissing, startDovecot } from './peers/dovecot.ts'
import { loads, warmUp } from './peers/loads.ts'
import { certificateOf, startOurs } from './peers/ours.ts'
import type { Peer } from './peers/peer.ts'

const wanted = process.argv.slice(2).filter((word) => word !== 'mail')
const accounts = 1020

const ours = await startOurs(accounts)
const missing = dovecotMissing()
if (missing) console.log(`ours alone: ${missing}`)
const peers: Peer[] = missing ? [ours] : [ours, await startDovecot(await certificateOf(ours.folder))]

/** Nobody is measured cold. */
for (const peer of peers) await warmUp(peer)

const show = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3)

try {
  for (const load of loads) {
    if (wanted.length > 0 && !wanted.some((word) => load.name.toLowerCase().includes(word.toLowerCase()))) continue
    const results: number[][] = peers.map(() => [])
    for (let round = 0; round < load.rounds; round++)
      for (const [i, peer] of peers.entries()) {
        // What a server still does after a load (indexing, purging) must not weigh on the other.
        for (const other of peers) await other.quiet()
        results[i]!.push(await load.run(peer))
      }
    const best = results.map((values) => (load.better === 'more' ? Math.max(...values) : Math.min(...values)))
    const [mine, other] = best
    const ratio =
      other === undefined ? '' : `  ratio ${(load.better === 'more' ? mine! / other : other / mine!).toFixed(2)}`
    console.log(
      `${load.name.padEnd(52)} ${peers.map((peer, i) => `${peer.name} ${show(best[i]!)} ${load.unit}`).join('  ')}${ratio}`,
    )
  }
} finally {
  for (const peer of peers) await peer.stop()
}
