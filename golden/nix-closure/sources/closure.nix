# The closure that this recipe lays into an image: five store paths that refer to each other.
# refresh builds it; only its result is needed to build the image.
let
  system = "x86_64-linux";
  shell = script: name: derivation {
    inherit name system;
    builder = "/bin/sh";
    args = [ "-euc" script ];
    PATH = "/bin:/usr/bin";
  };
  runtime = builtins.path { path = ./runtime; name = "runtime-2.0"; };
  greeting = builtins.toFile "greeting.txt" "Hello from a closure.\n";
  hello = shell ''
    mkdir -p $out/bin $out/lib
    printf '#!/bin/sh\nread -r line <%s && echo "$line"\n' ${greeting} >$out/bin/hello
    chmod +x $out/bin/hello
    ln -s ${runtime}/lib/libruntime.so.2 $out/lib/libruntime.so
    ln -s hello $out/bin/greet
  '' "hello-1.0";
  # A store path that is one executable file, and one that is a link.
  init = shell ''
    printf '#!/bin/sh\nexec %s/bin/hello\n' ${hello} >$out
    chmod +x $out
  '' "init";
in
shell "ln -s ${init} $out" "system"
