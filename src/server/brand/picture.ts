/** A logo that an administrator gives: SVG without anything that acts or loads, or PNG; both bounded. */
import { Failure } from '#base/failure.ts'
import { documentBounds, everyElement, parseXml } from '#format/xml/parse.ts'

const maxBytes = 300 * 1024
const maxSide = 2048
const svg = 'http://www.w3.org/2000/svg'

/** What draws; everything else (script, style, foreignObject, image, animation, a) is refused. */
const drawing = new Set([
  ...['svg', 'g', 'path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text', 'tspan', 'title', 'desc'],
  ...['defs', 'linearGradient', 'radialGradient', 'stop', 'clipPath', 'mask', 'use', 'symbol', 'metadata'],
])

const refuse = (why: string): never => {
  throw new Failure('invalid', why)
}

const checkSvg = (bytes: Uint8Array): void => {
  const root = parseXml(new TextDecoder('utf-8', { fatal: true }).decode(bytes), documentBounds)
  if (root.ns !== svg || root.name !== 'svg') refuse('it is not an SVG picture')
  for (const { ns, name, attributes, qualified } of everyElement(root)) {
    if (ns === svg && !drawing.has(name)) refuse(`an SVG logo may not hold <${name}>`)
    if (ns !== svg && ns !== '') continue
    for (const [attribute, value] of [...attributes, ...qualified]) {
      const last = attribute.replace(/^.*}/, '').toLowerCase()
      if (last.startsWith('on')) refuse(`an SVG logo may not hold ${last}=`)
      if (last === 'href' && !value.startsWith('#')) refuse('an SVG logo may not refer to anything outside it')
      if (/url\s*\(\s*["']?(?!#)/i.test(value) || /@import|javascript:|expression\(/i.test(value))
        refuse('an SVG logo may not refer to anything outside it')
    }
  }
}

/** Width and height are in the first chunk (PNG §11.2.2). */
const sidesOfPng = (bytes: Uint8Array): readonly [number, number] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return [view.getUint32(16), view.getUint32(20)]
}

const isPng = (bytes: Uint8Array): boolean =>
  bytes.length > 33 && [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((octet, i) => bytes[i] === octet)

export interface Picture {
  readonly type: 'image/png' | 'image/svg+xml'
  readonly extension: 'png' | 'svg'
  readonly bytes: Uint8Array
}

/** Throws Failure invalid or tooLarge, with the reason. */
export const checkPicture = (bytes: Uint8Array, options: { readonly icon?: boolean } = {}): Picture => {
  if (bytes.length > maxBytes) throw new Failure('tooLarge', `it is larger than ${maxBytes / 1024} kB`)
  if (!isPng(bytes)) {
    checkSvg(bytes)
    return { type: 'image/svg+xml', extension: 'svg', bytes }
  }
  const [width, height] = sidesOfPng(bytes)
  if (width === 0 || height === 0 || width > maxSide || height > maxSide)
    refuse(`it is ${width} × ${height}; at most ${maxSide} × ${maxSide}`)
  if (options.icon && (width !== height || width < 192))
    refuse(`an icon is square and 192 or more wide, not ${width} × ${height}`)
  return { type: 'image/png', extension: 'png', bytes }
}
