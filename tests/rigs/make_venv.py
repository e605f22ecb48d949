# Makes a Python environment once, however many ask at the same time: make_venv.py <folder> <requirements>
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import venv

folder, requirements = sys.argv[1:]
os.makedirs(os.path.dirname(folder), exist_ok=True)
# The kernel gives the lock back when its holder dies, so nothing is left behind that must be cleared by hand.
with open(folder + ".lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not os.path.exists(folder):
        making = tempfile.mkdtemp(prefix=os.path.basename(folder) + ".", dir=os.path.dirname(folder))
        try:
            venv.create(making, with_pip=True)
            pip = [os.path.join(making, "bin", "python"), "-m", "pip", "--disable-pip-version-check"]
            subprocess.run([*pip, "install", "--quiet", "--no-deps", "-r", requirements], check=True, stdout=sys.stderr)
            os.rename(making, folder)
        finally:
            shutil.rmtree(making, ignore_errors=True)
