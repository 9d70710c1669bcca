/** Blocks of a message that the editor has to know: the signature, and pictures in the text (RFC 2392 `cid:`). */
import { mergeAttributes, Node } from '@tiptap/react'
import { SIGNATURE_CLASS } from './signature.ts'

/** The signature stays one block, so that another identity's takes its place. */
export const Signature = Node.create({
  name: 'signature',
  group: 'block',
  content: 'block+',
  defining: true,
  parseHTML: () => [{ tag: `div.${SIGNATURE_CLASS}` }],
  renderHTML: () => ['div', { class: SIGNATURE_CLASS }, 0],
})

/** A picture is written as `cid:`; what is shown comes from `resolve`. Pictures from elsewhere are left out. */
export const inlineImage = (resolve: (cid: string) => string | undefined) =>
  Node.create({
    name: 'inlineImage',
    group: 'inline',
    inline: true,
    draggable: true,
    addAttributes: () => ({ src: { default: '' }, alt: { default: '' }, width: { default: null } }),
    parseHTML: () => [{ tag: 'img[src^="cid:"]' }],
    renderHTML: ({ HTMLAttributes }) => ['img', mergeAttributes(HTMLAttributes, { style: 'max-width:100%' })],
    addNodeView: () => {
      return ({ node }) => {
        const dom = document.createElement('img')
        dom.src = resolve(String(node.attrs.src).slice(4)) ?? ''
        dom.alt = String(node.attrs.alt ?? '')
        if (node.attrs.width) dom.width = Number(node.attrs.width)
        return { dom }
      }
    },
  })
