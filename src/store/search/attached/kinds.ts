/** Which attachments are read, and as what. The name decides where the type says nothing. */
import { fileNameOf } from '#format/mime/body.ts'
import type { MimePart } from '#format/mime/structure.ts'

export type AttachedKind = 'pdf' | 'office' | 'text' | 'html'

const byType: Readonly<Record<string, AttachedKind>> = {
  'application/pdf': 'pdf',
  'application/x-pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'office',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'office',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'office',
  'application/vnd.oasis.opendocument.text': 'office',
  'application/vnd.oasis.opendocument.spreadsheet': 'office',
  'application/vnd.oasis.opendocument.presentation': 'office',
  'text/html': 'html',
}

const byExtension: Readonly<Record<string, AttachedKind>> = {
  pdf: 'pdf',
  docx: 'office',
  xlsx: 'office',
  pptx: 'office',
  odt: 'office',
  ods: 'office',
  odp: 'office',
}

/** How to read a part that is attached; undefined: not at all. */
export const attachedKind = (part: MimePart): AttachedKind | undefined => {
  const known = byType[`${part.type}/${part.subtype}`.toLowerCase()]
  if (known) return known
  if (part.type === 'text') return 'text'
  const extension = /\.([a-z]{3,4})$/.exec(fileNameOf(part)?.toLowerCase() ?? '')?.[1] ?? ''
  return Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined
}
