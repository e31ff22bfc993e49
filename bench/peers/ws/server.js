// The classic wire on Node's `ws`, everything in memory: nothing is durable, nobody signs in.
// node server.js PORT

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const byToken = new Map();
const byCode = new Map();

function answer(response, status, value) {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

function qrcode(response) {
  const login = {
    token: randomBytes(32).toString("base64url"),
    code: randomBytes(16).toString("hex"),
    approved: false,
    socket: null,
  };
  byToken.set(login.token, login);
  byCode.set(login.code, login);
  answer(response, 200, { token: login.token, code: login.code });
}

function allow(response, form) {
  const login = byCode.get(new URLSearchParams(form).get("code"));
  if (!login) return answer(response, 400, { msg: "code not existed", status: -400 });
  if (login.approved) return answer(response, 400, { msg: "expired", status: -1 });
  login.approved = true;
  login.socket?.send('{"status":true,"msg":"succeed"}');
  answer(response, 200, { msg: "succeed", status: 0 });
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("latin1");
  request.on("data", (piece) => {
    body += piece;
  });
  request.on("end", () => {
    if (request.method === "POST" && request.url === "/qrcode/") return qrcode(response);
    if (request.method === "POST" && request.url === "/allow/") return allow(response, body);
    answer(response, 404, {});
  });
});

const sockets = new WebSocketServer({ server, path: "/ws/" });
sockets.on("connection", (socket) => {
  let login = null;
  socket.send('{"status":false,"msg":"connected"}');
  socket.on("error", () => socket.terminate());
  socket.on("message", (data) => {
    try {
      login = byToken.get(JSON.parse(data.toString()).token);
    } catch {
      login = null;
    }
    if (!login) {
      socket.send('{"status":"-1","msg":"token invalid"}');
      return socket.close(4001);
    }
    login.socket = socket;
    socket.send(JSON.stringify({ status: login.approved, msg: "succeed" }));
  });
  socket.on("close", () => {
    if (!login) return;
    byToken.delete(login.token);
    byCode.delete(login.code);
  });
});

server.listen(Number(process.argv[2]), "127.0.0.1");
