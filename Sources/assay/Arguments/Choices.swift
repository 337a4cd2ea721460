public import ArgumentParser
public import Ext4Build
public import SourceTree

// The library's choices as values of options.

extension OwnerPolicy: ExpressibleByArgument {}
extension HardLinkPolicy: ExpressibleByArgument {}
extension ImageOptions.TimeStamps: ExpressibleByArgument {}
