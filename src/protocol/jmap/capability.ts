/** Capabilities that are not in the contract with the web app. */
export const BLOB = 'urn:ietf:params:jmap:blob'
export const QUOTA = 'urn:ietf:params:jmap:quota'
/** RFC 8887. */
export const WEBSOCKET = 'urn:ietf:params:jmap:websocket'
