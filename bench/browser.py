"""Chromium without a window, as far as a measurement needs it: opens an address, and says when something is there. Only the standard library."""

import base64
import glob
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import urllib.request

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Runs in each page before anything of it. When the first row is there, a frame later it is on the screen.
WATCH = """
(() => {
  const look = () => {
    if (!document.querySelector(%s)) return requestAnimationFrame(look);
    requestAnimationFrame(() => { window.shownAt = performance.now(); });
  };
  look();
})();
"""


def found():
    """Where Chromium is on this machine, or nothing."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One tab that is measured."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            [found(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--window-size=1366,768", "--remote-debugging-port=0", "--user-data-dir=" + self.folder, "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = os.path.join(self.folder, "DevToolsActivePort")
        while not os.path.exists(port_file) or not open(port_file).read().strip():
            time.sleep(0.05)
        port = int(open(port_file).read().split()[0])
        tabs = json.load(urllib.request.urlopen("http://127.0.0.1:%d/json" % port))
        path = next(tab for tab in tabs if tab["type"] == "page")["webSocketDebuggerUrl"].split("/", 3)[3]
        self.sock = socket.create_connection(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall(("GET /%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n" % (path, port, key)).encode())
        self.data = b""
        while b"\r\n\r\n" not in self.data:
            self.data += self.sock.recv(65536)
        self.data = self.data.split(b"\r\n\r\n", 1)[1]
        self.last = 0
        self.ask("Page.enable")

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.sock.close()
        self.process.terminate()
        self.process.wait()
        for _ in range(10):
            shutil.rmtree(self.folder, ignore_errors=True)
            if not glob.glob(self.folder):
                return
            time.sleep(0.2)

    def ask(self, method, **params):
        self.last += 1
        body = json.dumps({"id": self.last, "method": method, "params": params}).encode()
        size = struct.pack("!B", 0x80 | len(body)) if len(body) < 126 else struct.pack("!BH", 0x80 | 126, len(body))
        mask = os.urandom(4)
        self.sock.sendall(b"\x81" + size + mask + bytes(each ^ mask[i % 4] for i, each in enumerate(body)))
        while True:
            answer = json.loads(self.message())
            if answer.get("id") == self.last:
                return answer.get("result", answer)

    def take(self, count):
        while len(self.data) < count:
            self.data += self.sock.recv(1 << 16)
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def message(self):
        text = b""
        while True:
            first, second = self.take(2)
            size = second & 127
            if size == 126:
                size = struct.unpack("!H", self.take(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self.take(8))[0]
            text += self.take(size)
            if first & 0x80:
                return text

    def evaluate(self, expression):
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def shown(self, url, selector, patience=20):
        """Milliseconds from when the address is opened until that is on the screen."""
        self.ask("Page.navigate", url="about:blank")
        script = self.ask("Page.addScriptToEvaluateOnNewDocument", source=WATCH % json.dumps(selector))["identifier"]
        try:
            self.ask("Page.navigate", url=url)
            until = time.time() + patience
            while time.time() < until:
                at = self.evaluate("window.shownAt")
                if at:
                    return at
                time.sleep(0.02)
            raise TimeoutError("%s does not show %s" % (url, selector))
        finally:
            self.ask("Page.removeScriptToEvaluateOnNewDocument", identifier=script)

    def forget(self):
        """As one that was never here."""
        self.ask("Network.clearBrowserCache")
