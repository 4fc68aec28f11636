/// The heads that each CPU's packet polling keeps at hand (struct napi_alloc_cache; net/core/skbuff.c): taken and given
/// back one by one, allocated and freed in bulk.
struct HeadCache: Sendable {
  /// NAPI_SKB_CACHE_SIZE, NAPI_SKB_CACHE_BULK and NAPI_SKB_CACHE_HALF (net/core/skbuff.c).
  private static let (size, bulk, half) = (64, 16, 32)

  private var heads: [UInt32] = []
  private let cpu: Int

  init(cpu: Int) { self.cpu = cpu }

  /// napi_skb_cache_get.
  mutating func take(_ stack: inout NetworkStack) -> UInt32 {
    if heads.isEmpty {
      for _ in 0..<HeadCache.bulk { heads.append(stack.make(.head, .buildSkb, cpu: cpu)) }
    }
    return heads.removeLast()
  }

  /// napi_skb_cache_put.
  mutating func give(_ head: UInt32, _ stack: inout NetworkStack) {
    heads.append(head)
    guard heads.count == HeadCache.size else { return }
    for head in heads.suffix(HeadCache.half) { stack.free(head, .head, .consume, cpu: cpu) }
    heads.removeLast(HeadCache.half)
  }
}
