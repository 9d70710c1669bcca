export const texts = { admin: { title: 'Administration' } }
