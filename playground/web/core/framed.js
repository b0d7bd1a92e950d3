// In a frame of another site: that site's page is told what the address here holds, so that a link copied there keeps it.

/** Tell the page around now and at every change of the address, if it is at one of these hosts (a name, a name with a
 * port, or an origin with its scheme). What it is told is `{queryString, hash}`, as huggingface.co asks of a Space; the
 * page of the app is in it as `page`, since the site around has a path of its own. */
export function tellParent(hosts, parent = originAround()) {
  if (!parent || !hosts.some((host) => names(host, new URL(parent)))) return;
  let told;
  const tell = () => {
    const queryString = queryOf(new URL(location.href));
    const now = queryString + location.hash;
    if (now === told) return;
    told = now;
    window.parent.postMessage({ queryString, hash: location.hash }, parent);
  };
  for (const name of ["pushState", "replaceState"]) {
    const change = history[name];
    history[name] = function (...given) {
      change.apply(this, given);
      tell();
    };
  }
  for (const name of ["popstate", "hashchange"]) window.addEventListener(name, tell);
  tell();
}

/** The origin of the page that frames this one; null where the browser does not say. */
function originAround() {
  if (window.parent === window) return null;
  const said = location.ancestorOrigins?.[0] ?? document.referrer;
  return said && said !== "null" ? new URL(said).origin : null;
}

/** Whether an origin is one that a host, or a host with its port, or an origin names. */
export const names = (host, origin) => [origin.origin, origin.host, origin.hostname].includes(host);

/** The query of a page's address, with its page if that is not the first one: "?page=gan&gan.data=moons". */
export function queryOf(address) {
  const page = address.pathname.slice(address.pathname.lastIndexOf("/") + 1);
  const rest = address.search.slice(1);
  return [page && `page=${encodeURIComponent(page)}`, rest]
    .filter(Boolean)
    .join("&")
    .replace(/^(?=.)/, "?");
}
