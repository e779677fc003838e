{% if OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD -%}
# The site's user in MongoDB, who reads and writes its own databases: made, or changed to what it is to be. Passwords go
# by the environment, since arguments can be read by all on the machine.
export ADMIN_USERNAME='{{ OPENEDX_PULUMI_MONGODB_ADMIN_USERNAME }}'
export ADMIN_PASSWORD='{{ OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD }}'
export USERNAME='{{ MONGODB_USERNAME }}'
export PASSWORD='{{ MONGODB_PASSWORD }}'

mongosh --nodb --quiet --norc --eval '
const { ADMIN_USERNAME, ADMIN_PASSWORD, USERNAME, PASSWORD } = process.env;
const address = "{{ MONGODB_HOST }}";
const isService = address.startsWith("mongodb+srv://");
const hosts = address
  .replace(/^mongodb([+]srv)?:[/][/]/, "")
  .replace(/[/?].*$/, "")
  .split(",")
  .map((host) => (isService || host.includes(":") ? host : host.trim() + ":{{ MONGODB_PORT }}"));
const options = new URLSearchParams({
  authSource: "{{ OPENEDX_PULUMI_MONGODB_ADMIN_AUTH_SOURCE }}",
  serverSelectionTimeoutMS: "60000",
  tls: "{{ "false" if OPENEDX_PULUMI_MONGODB_TLS == "off" else "true" }}",
  {%- if OPENEDX_PULUMI_MONGODB_TLS == "require" %}
  tlsAllowInvalidCertificates: "true",
  {%- elif OPENEDX_PULUMI_MONGODB_TLS == "verify-ca" %}
  tlsAllowInvalidHostnames: "true",
  {%- endif %}
  {%- if OPENEDX_PULUMI_MONGODB_CA and OPENEDX_PULUMI_MONGODB_TLS not in ("off", "require") %}
  tlsCAFile: "/openedx/ca/mongodb.pem",
  {%- endif %}
  {%- if MONGODB_REPLICA_SET %}
  replicaSet: "{{ MONGODB_REPLICA_SET }}",
  {%- endif %}
});
const login = encodeURIComponent(ADMIN_USERNAME) + ":" + encodeURIComponent(ADMIN_PASSWORD);
const server = new Mongo((isService ? "mongodb+srv://" : "mongodb://") + login + "@" + hosts.join(",") + "/?" + options);
const users = server.getDB("{{ MONGODB_AUTH_SOURCE }}");
const account = {
  pwd: PASSWORD,
  roles: [
    { role: "readWrite", db: "{{ MONGODB_DATABASE }}" },
    { role: "readWrite", db: "{{ FORUM_MONGODB_DATABASE if FORUM_MONGODB_DATABASE is defined else "cs_comments_service" }}" },
  ],
};
if (users.getUser(USERNAME) === null) {
  users.createUser({ user: USERNAME, ...account });
} else {
  users.updateUser(USERNAME, account);
}
print(USERNAME + " in MongoDB reads and writes " + account.roles.map(({ db }) => db).join(" and "));
'
{%- endif %}
