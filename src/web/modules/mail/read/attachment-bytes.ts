/** The bytes of an attachment, and what they say. */
import { useEffect, useState } from 'react'

export type Loaded =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'ready'; readonly blob: Blob }

/** The bytes of an attachment, once. */
export const useBytes = (url: string): Loaded => {
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' })
  useEffect(() => {
    const stop = new AbortController()
    setLoaded({ kind: 'loading' })
    const load = async () => {
      const response = await fetch(url, { signal: stop.signal })
      if (!response.ok) throw new Error(String(response.status))
      setLoaded({ kind: 'ready', blob: await response.blob() })
    }
    load().catch(() => {
      if (!stop.signal.aborted) setLoaded({ kind: 'failed' })
    })
    return () => stop.abort()
  }, [url])
  return loaded
}

/** Its text, of the first `most` bytes; undefined until it is read. */
export const useText = (blob: Blob, most: number): string | undefined => {
  const [text, setText] = useState<string>()
  useEffect(() => {
    let current = true
    const read = async () => {
      const bytes = await blob.slice(0, most).arrayBuffer()
      const utf8 = new TextDecoder('utf-8').decode(bytes)
      // Old files of Windows are the other encoding that a school meets.
      const read = utf8.includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : utf8
      if (current) setText(read)
    }
    void read()
    return () => {
      current = false
    }
  }, [blob, most])
  return text
}
