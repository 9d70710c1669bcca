/** Bytes of headers as text. */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const western = new TextDecoder('windows-1252')

/** True when no byte is above 127. */
export const isAscii = (bytes: Uint8Array): boolean => {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] as number) > 127) return false
  return true
}

/** The text of bytes of which none is above 127, else undefined: each offset in it is an offset in the bytes. */
export const asciiText = (bytes: Uint8Array): string | undefined => {
  try {
    const text = strict.decode(bytes)
    // Only ASCII takes one byte for each unit.
    return text.length === bytes.length ? text : undefined
  } catch {
    return undefined
  }
}

/** UTF-8 when the bytes are valid UTF-8, else windows-1252: what raw 8-bit headers are in practice. */
export const bytesToText = (bytes: Uint8Array): string => {
  try {
    return strict.decode(bytes)
  } catch {
    return western.decode(bytes)
  }
}
