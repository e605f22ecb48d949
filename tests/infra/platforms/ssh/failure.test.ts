// The last words of ssh, as its own versions say them, turned into one cause and what to do.
import { expect, it } from "vitest";
import { sshFailure } from "../../../../infra/platforms/ssh/failure.ts";

const target = { address: "10.0.0.7", port: 2222, user: "deploy" };

const changed = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Add correct host key in /home/a b/known_hosts to get rid of this message.
Offending ED25519 key in /home/a b/known_hosts:4
Host key for [10.0.0.7]:2222 has changed and you have requested strict checking.
Host key verification failed.\r
`;

it.each([
  [
    changed,
    "its host key changed: refused; if it was meant: ssh-keygen -f '/home/a b/known_hosts' -R '[10.0.0.7]:2222', then add the new key",
  ],
  [
    "No ED25519 host key is known for [10.0.0.7]:2222 and you have requested strict checking.\r\nHost key verification failed.\r\n",
    "its host key is not known, so it is refused: compare it and add it to known_hosts (ssh deploy@10.0.0.7 once by hand)",
  ],
  [
    "deploy@10.0.0.7: Permission denied (publickey).\r\n",
    "sshd refused the login deploy@10.0.0.7: deploy@10.0.0.7: Permission denied (publickey).",
  ],
  ["Timeout, server 10.0.0.7 not responding.\r\n", "the host hangs: no sign of life for 10 s"],
  [
    "Connection timed out during banner exchange\r\nConnection to 10.0.0.7 port 2222 timed out\r\n",
    "the host does not answer: [10.0.0.7]:2222 timed out",
  ],
  [
    "ssh: connect to host 10.0.0.7 port 2222: Connection refused\r\n",
    "nothing listens at [10.0.0.7]:2222: connection refused",
  ],
  [
    "ssh: connect to host 10.0.0.7 port 2222: No route to host\r\n",
    "the host is not there: ssh: connect to host 10.0.0.7 port 2222: No route to host",
  ],
  [
    "ssh: Could not resolve hostname server-7: Name or service not known\r\n",
    "its name is not known: ssh: Could not resolve hostname server-7: Name or service not known",
  ],
  [
    "sh: 0: cannot open /opt/surefoot/server-07/node.sh: No such file or directory\n",
    "nothing of Surefoot is on the host yet: surefoot up",
  ],
  [
    "sh: /opt/surefoot/server-07/node.sh: No such file or directory\n",
    "nothing of Surefoot is on the host yet: surefoot up",
  ],
  ["client_loop: send disconnect: Broken pipe\r\n", "client_loop: send disconnect: Broken pipe"],
])("names the cause of %j", (said, cause) => {
  expect(sshFailure(said, target)).toBe(cause);
});

it("says nothing of refused tunnels: that is a service that does not run", () => {
  expect(
    sshFailure("channel 4: open failed: connect failed: Connection refused\r\n", target),
  ).toBeUndefined();
  expect(sshFailure("", target)).toBeUndefined();
});
