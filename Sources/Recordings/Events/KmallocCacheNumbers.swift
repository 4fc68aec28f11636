/// Symbol numbers of the names of kmalloc caches, each looked up once.
package struct KmallocCacheNumbers: Sendable {
  private struct Key: Hashable {
    var kind: KmallocKind
    var bytes: UInt32
  }

  private var numbers: [Key: UInt32] = [:]

  /// No name yet.
  package init() {}

  /// The number of the name of the cache that served a request.
  /// - Returns: `AllocationEvent.noCache` for a normal cache, whose name follows from the size, for a block of pages (more than
  ///   8192 bytes) and for a request that failed.
  package mutating func number(_ kind: KmallocKind, bytes: UInt32, names: inout SymbolTable) -> UInt32 {
    guard kind != .normal, (1...8192).contains(bytes) else { return AllocationEvent.noCache }
    let key = Key(kind: kind, bytes: bytes)
    if let known = numbers[key] { return known }
    let number = names.intern(kind.cacheName(bytes: Int(bytes)))
    numbers[key] = number
    return number
  }
}
