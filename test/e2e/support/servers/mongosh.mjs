// Plays mongosh for the one script that makes users: no package registry has MongoDB's server or shell. Users are kept in
// the JSON file that USERS_FILE names, with the address that the script connected to.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import vm from "node:vm";

const file = process.env.USERS_FILE;
const state = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { users: {}, calls: [] };
const script = process.argv[process.argv.indexOf("--eval") + 1];

class Mongo {
  constructor(address) {
    state.address = address;
  }
  getDB(name) {
    const key = (user) => `${name}.${user}`;
    return {
      getUser: (user) => (state.users[key(user)] === undefined ? null : { user }),
      createUser: ({ user, ...account }) => {
        state.calls.push("createUser");
        state.users[key(user)] = account;
      },
      updateUser: (user, account) => {
        state.calls.push("updateUser");
        state.users[key(user)] = account;
      },
    };
  }
}

vm.runInNewContext(script, {
  Mongo,
  process,
  URLSearchParams,
  print: (text) => process.stdout.write(`${text}\n`),
});
writeFileSync(file, JSON.stringify(state));
