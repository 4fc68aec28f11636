/// Symbol numbers of the names of kmalloc caches. Each name is interned once.
package struct KmallocCacheSymbols: Sendable {
  private struct Key: Hashable {
    var kind: KmallocKind
    var bytes: UInt32
  }

  private var numbers: [Key: UInt32] = [:]

  /// Creates an empty map.
  package init() {}

  /// Returns the symbol number of the kmalloc cache that served a request.
  /// - Parameters:
  ///   - kind: Kind of the cache.
  ///   - bytes: Allocated bytes; 0 for a failed request.
  ///   - names: Table that the name is interned in.
  /// - Returns: `AllocationEvent.noCache` for a normal cache, whose name follows from the size, for a block of pages (more
  ///   than 8192 bytes) and for a failed request.
  package mutating func number(_ kind: KmallocKind, bytes: UInt32, names: inout SymbolTable) -> UInt32 {
    guard kind != .normal, (1...8192).contains(bytes) else { return AllocationEvent.noCache }
    let key = Key(kind: kind, bytes: bytes)
    if let known = numbers[key] { return known }
    let number = names.intern(kind.cacheName(bytes: Int(bytes)))
    numbers[key] = number
    return number
  }
}
