/** The order of the test files: those that take longest begin, so that no worker is left alone with one at the end. */
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files whose length says nothing of the time they take; the others go by their length. */
const slow: readonly string[] = [
  'test/wire/imap/imap.test.ts',
  'test/crash/crash.test.ts',
  'test/smtp/crash.test.ts',
  'test/crash/notices.test.ts',
  'test/jmap/fuzz.test.ts',
  'src/server/tls.test.ts',
]

/** Within each project of the configuration; these keep their order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isSlow = ({ moduleId }: TestSpecification) => slow.includes(relative(this.ctx.config.root, moduleId))
    const projects = [...new Set(sorted.map(({ project }) => project))]
    return projects.flatMap((project) => {
      const own = sorted.filter((one) => one.project === project)
      return [...own.filter(isSlow), ...own.filter((one) => !isSlow(one))]
    })
  }
}
