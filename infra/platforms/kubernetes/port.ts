// The one port of every service in a cluster: where it listens, and what that port is called.
export const PORT = 8080;
export const PORT_NAME = "http";
