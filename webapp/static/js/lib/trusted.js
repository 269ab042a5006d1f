/* The only addresses from which code may start, for pages whose policy demands trusted types. */
const rules = {
  createScriptURL(address) {
    const url = new URL(address, location.origin);
    if (url.origin !== location.origin) throw new TypeError("code from another origin");
    return address;
  },
};

export const policy = window.trustedTypes ? window.trustedTypes.createPolicy("teken", rules) : rules;
