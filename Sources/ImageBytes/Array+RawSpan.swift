extension [UInt8] {
    /// The bytes as a span. Every byte of a `[UInt8]` is initialized, which is what the compiler
    /// cannot know of spans in general.
    public var rawSpan: RawSpan {
        @_lifetime(borrow self) get { unsafe span.bytes }
    }
}
