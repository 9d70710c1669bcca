/** HTML -> plain text as a person would type it. The HTML is parsed in an inert document: nothing loads or runs. */

const BLOCKS = new Set(
  'ADDRESS ARTICLE ASIDE BLOCKQUOTE DIV DL DT DD FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION TABLE TR UL'.split(
    ' ',
  ),
)
const SKIPPED = new Set(['STYLE', 'SCRIPT', 'HEAD', 'TITLE', 'NOSCRIPT'])
const MAX_DEPTH = 200

const indented = (text: string, mark: string): string =>
  text
    .split('\n')
    .map((line) => mark + line)
    .join('\n')

const children = (node: Node, pre: boolean, depth: number): string => {
  let text = ''
  for (const child of node.childNodes) {
    const piece = nodeText(child, pre, depth + 1)
    if (piece === '') continue
    const isBlock = child instanceof Element && BLOCKS.has(child.tagName)
    if (isBlock && text !== '' && !text.endsWith('\n')) text += '\n'
    text += piece
    if (isBlock && !text.endsWith('\n')) text += '\n'
  }
  return text
}

const listText = (list: Element, depth: number): string => {
  let number = 0
  return [...list.children]
    .map((item) => {
      number++
      const mark = list.tagName === 'OL' ? `${number}. ` : '- '
      const lines = children(item, false, depth).trim().split('\n')
      return lines.map((line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line).join('\n')
    })
    .join('\n')
}

const nodeText = (node: Node, pre: boolean, depth: number): string => {
  if (depth > MAX_DEPTH) return node.textContent ?? ''
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.textContent ?? ''
    return pre ? text : text.replace(/[\t\n\r ]+/g, ' ')
  }
  if (!(node instanceof Element) || SKIPPED.has(node.tagName)) return ''
  switch (node.tagName) {
    case 'BR':
      return '\n'
    case 'HR':
      return '———\n'
    case 'IMG':
      return node.getAttribute('alt') ?? ''
    case 'UL':
    case 'OL':
      return `${listText(node, depth + 1)}\n`
    case 'BLOCKQUOTE':
      return `${indented(children(node, false, depth).trim(), '> ')}\n`
    case 'PRE':
      return children(node, true, depth)
    case 'TD':
    case 'TH':
      return `${children(node, false, depth).trim()} `
    case 'A': {
      const text = children(node, pre, depth)
      const href = node.getAttribute('href') ?? ''
      return /^https?:/i.test(href) && !text.includes(href) && text.trim() !== '' ? `${text} <${href}>` : text
    }
    case 'P':
      return `${children(node, pre, depth).trim()}\n`
    default:
      return children(node, pre, depth)
  }
}

export const htmlToText = (html: string): string => {
  if (html === '') return ''
  const page = new DOMParser().parseFromString(html, 'text/html')
  return children(page.body, false, 0)
    .split('\n')
    .map((line) => line.replace(/[ \u00a0]+$/u, ''))
    .join('\n')
    .replace(/\n{4,}/g, '\n\n\n')
    .trim()
}
