internal import CLinux
public import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Removes a file, or a folder with all that is in it, when this process lets go of it, or ends.
///
/// A shell of its own waits at the other end of a pipe. Whether we close our end or the kernel does,
/// after a kill or a crash, the shell wakes up and removes the path: no handler in this process
/// could do that after a SIGKILL. It is in a process group of its own, so that Ctrl-C does not reach
/// it.
///
/// Where the path is a folder with a file `group`, that is the number of a group of processes that
/// may still be writing there; they are killed first.
public final class LeftoverRemover: Sendable {
    private let shell: pid_t
    private let pipeEnd: FileDescriptor

    /// Folders copied from a store cannot be emptied before they are made writable. The pauses are for
    /// a killed process's children, who may write on for a moment.
    private static let script = """
        trap '' HUP INT QUIT TERM
        PATH=${PATH:+$PATH:}/usr/bin:/bin
        read -r word
        [ "$word" != keep ] || exit 0
        if read -r group 2> /dev/null < "$1/group"; then
            case $group in ''|*[!0-9]*|0|1) ;; *) kill -9 "-$group" ;; esac
        fi
        rm -rf -- "$1" 2> /dev/null && exit
        for pause in 0 1 1 1 1 1; do
            sleep $pause
            chmod -R u+rwX -- "$1" 2> /dev/null
            rm -rf -- "$1" 2> /dev/null && exit
        done
        """

    private init(shell: pid_t, pipeEnd: FileDescriptor) {
        self.shell = shell
        self.pipeEnd = pipeEnd
    }

    /// Begins to watch over a path, which need not exist yet.
    ///
    /// - Throws: `FileError` where no shell can be started; the path is as it was then.
    public static func watch(_ path: FilePath) throws(FileError) -> LeftoverRemover {
        var ends: (Int32, Int32) = (0, 0)
        let made = unsafe withUnsafeMutableBytes(of: &ends) { ends in
            unsafe pipe2(ends.baseAddress?.assumingMemoryBound(to: Int32.self), O_CLOEXEC)
        }
        guard made == 0 else { throw FileError("watch over", path, Errno(rawValue: errno)) }
        let (readEnd, writeEnd) = (
            FileDescriptor(rawValue: ends.0), FileDescriptor(rawValue: ends.1)
        )
        defer { try? readEnd.close() }
        do throws(Errno) {
            let shell = try spawn(input: readEnd.rawValue, path: path)
            return LeftoverRemover(shell: shell, pipeEnd: writeEnd)
        } catch {
            try? writeEnd.close()
            throw FileError("watch over", path, error)
        }
    }

    /// Removes the path, if it is there, and returns when it is gone. Called once.
    public func remove() {
        try? pipeEnd.close()
        var status: Int32 = 0
        while unsafe waitpid(shell, &status, 0) < 0, errno == EINTR {}
    }

    /// Lets go of the path and leaves what is there, which is not ours. Called instead of ``remove()``.
    public func keep() {
        _ = try? pipeEnd.writeAll("keep\n".utf8)
        remove()
    }

    private static func spawn(input: Int32, path: FilePath) throws(Errno) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        for output in [STDOUT_FILENO, STDERR_FILENO] {
            unsafe posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0)
        }
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let arguments = ["sh", "-c", script, "sh"].map { Array($0.utf8) } + [path.bytes]
        var shell: pid_t = 0
        let result = unsafe withCStrings(arguments) { arguments in
            // A PATH that leads to no shell is no reason to fail.
            let found = unsafe posix_spawnp(&shell, "sh", &actions, &attributes, arguments, environ)
            guard found != 0 else { return found }
            return unsafe posix_spawn(&shell, "/bin/sh", &actions, &attributes, arguments, environ)
        }
        guard result == 0 else { throw Errno(rawValue: result) }
        return shell
    }

    /// Calls `body` with an array of C strings that ends with a null pointer.
    private static func withCStrings<Result>(
        _ strings: [[UInt8]], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        var pointers = unsafe strings.map { bytes in
            unsafe strdup(bytes.map { CChar(bitPattern: $0) } + [0])
        }
        defer { unsafe pointers.forEach { unsafe free($0) } }
        unsafe pointers.append(nil)
        return unsafe body(pointers)
    }
}
