/// Cache of sk_buff heads for the NAPI polls of one CPU (struct napi_alloc_cache; net/core/skbuff.c). It allocates and
/// frees heads in bulk.
struct HeadCache: Sendable {
  /// NAPI_SKB_CACHE_SIZE, NAPI_SKB_CACHE_BULK and NAPI_SKB_CACHE_HALF (net/core/skbuff.c).
  private static let (size, bulk, half) = (64, 16, 32)

  private var heads: [UInt32] = []
  private let cpu: Int

  init(cpu: Int) { self.cpu = cpu }

  /// Returns a head, and refills the cache first if it is empty (napi_skb_cache_get).
  mutating func allocate(_ stack: inout NetworkStack) -> UInt32 {
    if heads.isEmpty {
      for _ in 0..<HeadCache.bulk { heads.append(stack.allocate(.head, .buildSkb, cpu: cpu)) }
    }
    return heads.removeLast()
  }

  /// Adds a head to the cache, and frees half of the cache if it is full (napi_skb_cache_put).
  mutating func free(_ head: UInt32, _ stack: inout NetworkStack) {
    heads.append(head)
    guard heads.count == HeadCache.size else { return }
    for head in heads.suffix(HeadCache.half) { stack.free(head, .head, .consume, cpu: cpu) }
    heads.removeLast(HeadCache.half)
  }
}
