"""A browser that a test drives: chromedriver's own protocol, with nothing but Python's library."""
import base64
import json
import os
import re
import subprocess
import tempfile
import time
import urllib.request

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars",
         "--force-device-scale-factor=1", "--force-prefers-color-scheme=light", "--window-size=1400,900"]
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowDown": "\ue015", "ArrowRight": "\ue014"}


class Browser:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.log = open(os.path.join(self.folder.name, "log"), "w+b")
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=self.log, stderr=subprocess.STDOUT)
        self.base = None
        options = {"args": FLAGS + ["--user-data-dir=" + os.path.join(self.folder.name, "profile")]}
        try:
            self.base = f"http://127.0.0.1:{self.port()}"
            session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"}, "goog:chromeOptions": options}}})
            self.base += "/session/" + session["sessionId"]
        except BaseException:
            self.driver.kill()
            raise

    def port(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            self.log.seek(0)
            found = re.search(rb"started successfully on port (\d+)", self.log.read())
            if found:
                return int(found[1])
            time.sleep(0.05)
        raise RuntimeError("chromedriver did not start")

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=90) as answer:
            return json.load(answer)["value"]

    def open(self, path):
        self.call("POST", "/url", {"url": "file://" + os.path.abspath(path)})

    def run(self, script):
        return self.call("POST", "/execute/sync", {"script": script, "args": []})

    def wait(self, script, seconds=60):
        deadline = time.monotonic() + seconds
        while not self.run("return !!(" + script + ")"):
            assert time.monotonic() < deadline, "never came true: " + script
            time.sleep(0.03)

    def frame(self):
        """What was asked for has been drawn."""
        self.call("POST", "/execute/async", {"args": [], "script":
                  "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(1)));"})

    def press(self, *keys):
        actions = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})
        self.frame()

    def point(self, x, y, click=False, wheel=0):
        """Moves the pointer there, in the window's pixels; clicks; or turns the wheel."""
        if wheel:
            actions = [{"type": "wheel", "id": "wheel", "actions": [
                {"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": wheel, "duration": 0}]}]
        else:
            steps = [{"type": "pointerMove", "x": x, "y": y, "duration": 0}]
            if click:
                steps += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
            actions = [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps}]
        self.call("POST", "/actions", {"actions": actions})
        self.frame()

    def complaints(self):
        return [entry for entry in self.call("POST", "/se/log", {"type": "browser"}) if entry["level"] in ("SEVERE", "WARNING")]

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("GET", "/screenshot")))

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(10)
            self.log.close()
            for _ in range(20): # the browser may still be writing its last files
                try:
                    self.folder.cleanup()
                    break
                except OSError:
                    time.sleep(0.1)
