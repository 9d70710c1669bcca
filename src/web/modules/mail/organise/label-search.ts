/** The search that stands for a label. */

/** `étiquette:"Conseil d’école"`, in the language of the screen. */
export const labelSearch = (name: string, language: string): string =>
  `${language === 'en' ? 'label' : 'étiquette'}:"${name.replaceAll('"', '')}"`
