// The OpenID provider of npm (oidc-provider), configured by the JSON of its one argument:
// issuer, port, keys (private JWKs), audience, clients. People log in by any name, which is then their national id.
import Provider from "oidc-provider";

const { issuer, port, keys, audience, clients } = JSON.parse(process.argv[2]);
const SCOPES = "user/Patient.rs user/Practitioner.rs system/*.cruds system/Patient.rs";

const provider = new Provider(issuer, {
  clients,
  jwks: { keys },
  cookies: { keys: ["a secret of the test"] },
  pkce: { required: () => true },
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (ctx, resource) => ({
        audience: resource.endsWith("/short") ? audience : resource,
        scope: SCOPES,
        accessTokenFormat: "jwt",
        accessTokenTTL: resource.endsWith("/short") ? 1 : 600,
        jwt: { sign: { alg: keys[0].alg } },
      }),
    },
  },
  extraTokenClaims: (ctx, token) => (token.accountId ? { preferred_username: token.accountId } : undefined),
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
});

provider.listen(port, "127.0.0.1", () => console.log("listening"));
