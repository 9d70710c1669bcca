/** Hosts under which anybody has a page, and hosts that hide where a link leads. */

const list = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Services that shorten links: the address says nothing of where one arrives. */
export const shorteners = list(`
  bit.ly bitly.com tinyurl.com t.co goo.gl ow.ly is.gd v.gd cutt.ly rebrand.ly buff.ly urlz.fr urlr.me lnkd.in
  shorturl.at shorturl.asia tiny.cc rb.gy t.ly s.id qrco.de qr.ae adf.ly bl.ink short.io dub.co dub.sh surl.li
  tinyurl.fr petitlien.fr lc.cx x.gd u.to clck.ru shrtco.de n9.cl acortar.link me2.do 2u.pw soo.gd hyperurl.co
  snip.ly trib.al fb.me wa.me youtu.be lien.ly linktr.ee
`)

/** Services where anybody publishes a page or a form: their name vouches for nobody. */
export const sharedHosts = list(`
  docs.google.com sites.google.com drive.google.com forms.gle script.google.com firebaseapp.com web.app appspot.com
  forms.office.com forms.microsoft.com sharepoint.com onedrive.live.com 1drv.ms azurewebsites.net blob.core.windows.net
  web.core.windows.net cloudfront.net amazonaws.com github.io gitlab.io herokuapp.com netlify.app vercel.app pages.dev
  workers.dev r2.dev surge.sh glitch.me replit.app render.com onrender.com weebly.com wixsite.com wix.com webnode.fr
  webnode.com jimdosite.com godaddysites.com squarespace.com myshopify.com blogspot.com wordpress.com 000webhostapp.com
  typeform.com jotform.com framaforms.org dropbox.com wetransfer.com canva.site notion.site carrd.co strikingly.com
  ipfs.io trycloudflare.com ngrok.io ngrok-free.app duckdns.org ddns.net
`)

/** Endings under which most names are, for addresses written without `https://` in a longer text. */
export const usualEndings = list(`
  fr com net org eu info biz name pro io co me tv cc ws app dev page site online store shop xyz top icu club live
  link click support help services cloud tech digital world today space website host fun vip work email
  uk be ch de es it nl lu pt pl ro ru ua cn tr br in us ca mx ma dz tn sn ci re gp mq gf nc pf yt pm wf bzh alsace
  paris tk ml ga cf gq zip mov example test
`)
