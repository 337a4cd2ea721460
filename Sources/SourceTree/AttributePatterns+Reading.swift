internal import HostSystem
public import SystemPackage

extension AttributePatterns {
    /// The attributes of a file that were asked for, of a symbolic link those of the link itself, in
    /// the order of their names' bytes. A file system that knows no attributes gives none.
    ///
    /// - Throws: ``SourceError/file(_:)`` where one cannot be read,
    ///   ``SourceError/unsupported(path:reason:)`` where ext4 could not hold it.
    public func attributes(of path: FilePath) throws(SourceError) -> [ExtendedAttribute] {
        try attributes(at: path.bytes, describing: path)
    }

    /// The same for a name in an open folder, so that the depth of the folder does not matter.
    ///
    /// - Parameters:
    ///   - name: the name in the folder; "." is the folder itself.
    ///   - folder: the descriptor of the folder.
    ///   - path: what the file is called in errors.
    /// - Returns: the attributes, sorted.
    /// - Throws: as ``attributes(of:)`` does.
    public func attributes(
        of name: some Collection<UInt8>, in folder: Int32, path: @autoclosure () -> FilePath
    ) throws(SourceError) -> [ExtendedAttribute] {
        // There is no llistxattrat before Linux 6.13, but /proc leads through any descriptor.
        try attributes(
            at: Array("/proc/self/fd/\(folder)/".utf8) + name, describing: path())
    }

    private func attributes(
        at place: [UInt8], describing path: @autoclosure () -> FilePath
    ) throws(SourceError) -> [ExtendedAttribute] {
        guard !isEmpty else { return [] }
        let found: [ExtendedAttribute]
        do throws(Errno) {
            found = try read(place.map { CChar(bitPattern: $0) } + [0])
        } catch {
            if error == .notSupported { return [] }
            throw .file(FileError("read the attributes of", path(), error))
        }
        for attribute in found {
            guard let problem = attribute.problem else { continue }
            let name = EscapedName(attribute.name)
            throw .unsupported(
                path: EscapedName(path()), reason: "has the attribute \(name), but \(problem)")
        }
        return found
    }

    private func read(_ place: [CChar]) throws(Errno) -> [ExtendedAttribute] {
        let names = try AttributeCalls.list(place).split(separator: 0).map(Array.init)
        var found: [ExtendedAttribute] = []
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) where matches(name) {
            let value = try AttributeCalls.value(of: name, at: place)
            found.append(ExtendedAttribute(name: name, value: value))
        }
        return found
    }
}
