/** Attachments that do something when they are opened. Pure. */

export type AttachmentDanger = 'program' | 'macro' | 'disguised' | 'page' | 'image-disk'

/** Programs and scripts of Windows, macOS, Linux, Android. */
const programs = new Set(
  'exe scr com pif bat cmd ps1 psm1 vbs vbe js jse wsf wsh hta msi msp msc cpl jar jnlp reg lnk inf scf url website gadget application appref-ms appx msix dll sys drv ocx app dmg pkg command sh bash run apk ipa xll wll ade adp mde mdb chm hlp diagcab settingcontent-ms library-ms search-ms one'.split(
    ' ',
  ),
)
const macros = new Set('docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm'.split(' '))
const disks = new Set('iso img vhd vhdx udf'.split(' '))
const pages = new Set('html htm xhtml shtml svg svgz mht mhtml xht'.split(' '))
const harmless = /\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|txt|jpe?g|png|gif|mp[34]|zip)[\s._-]*\.[^.]*$/i

const endingOf = (name: string): string => /\.([a-z0-9-]{1,20})[\s.]*$/i.exec(name)?.[1]?.toLowerCase() ?? ''

/** Signs that turn the direction of writing: `facture_\u202Efdp.exe` reads as `facture_exe.pdf`. */
const turning = /[\u202a-\u202e\u2066-\u2069\u200e\u200f]/

/** What is dangerous about an attachment, by its name and type; undefined for nothing known. */
export const attachmentDanger = (name: string, type: string): AttachmentDanger | undefined => {
  const ending = endingOf(name.slice(-300))
  const runs =
    programs.has(ending) || /^application\/(?:x-msdownload|x-dosexec|x-ms-installer|x-sh|java-archive|hta)$/i.test(type)
  if (runs) return turning.test(name) || harmless.test(name) ? 'disguised' : 'program'
  if (turning.test(name)) return 'disguised'
  if (macros.has(ending)) return 'macro'
  if (disks.has(ending)) return 'image-disk'
  if (pages.has(ending) || /^(?:text\/html|image\/svg\+xml|application\/xhtml\+xml)$/i.test(type)) return 'page'
  return undefined
}
