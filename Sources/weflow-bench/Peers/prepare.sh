#!/bin/sh
# Makes what the peers need in the folder $1 with the Python $2: a virtual environment with SQLCipher, zstd, AES and
# SILK in it, and the compiled peers. What is there and newer than its source stays.
set -eu
folder=$1
python=$2
here=$(cd "$(dirname "$0")" && pwd)
cc=${CC:-$(command -v cc || command -v clang)}
mkdir -p "$folder"

if [ ! -e "$folder/venv/ready-2" ]; then
    "$python" -m venv "$folder/venv"
    "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        sqlcipher3==0.6.4 zstandard==0.25.0 cryptography==50.0.2 silk-python==0.2.9 >&2
    touch "$folder/venv/ready-2"
fi
sqlcipher=$("$folder/venv/bin/python" -c 'from sqlcipher3 import _sqlite3; print(_sqlite3.__file__)')

# The wheel's shared object exports SQLCipher's C functions, but it also wants an interpreter around it. The peer calls
# none of that, so every name it asks for is given to it as a block of zeros: a C program, without Python in it.
if [ ! "$folder/peer" -nt "$here/peer.c" ]; then
    case $(uname) in
    Darwin) wanted=$(nm -gu "$sqlcipher" | sed -n 's/^.*_\(_*Py[A-Za-z0-9_]*\)$/\1/p') ;;
    *) wanted=$(nm -D --undefined-only "$sqlcipher" | sed -n 's/^.* \(_*Py[A-Za-z0-9_]*\)$/\1/p') ;;
    esac
    for name in $wanted; do echo "char $name[1024] __attribute__((aligned(16)));"; done > "$folder/python-names.c"
    "$cc" -O2 -rdynamic -o "$folder/peer" "$here/peer.c" "$folder/python-names.c" -lzstd -ldl
fi
for program in meter http files; do
    [ "$folder/$program" -nt "$here/$program.c" ] || "$cc" -O2 -o "$folder/$program" "$here/$program.c"
done
echo "$sqlcipher"
