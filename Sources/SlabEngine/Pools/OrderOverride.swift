/// Order settings of one cache, or of all pools of one stride, that replace those of an `OrderPolicy`; nil keeps the
/// policy's setting.
public struct OrderOverride: Sendable, Hashable {
  /// The preferred order, in place of the calculated one. An order that holds no object is raised to the lowest that does.
  public var preferred: Int?
  /// Replaces `OrderPolicy.maximumOrder`.
  public var maximumOrder: Int?
  /// Replaces `OrderPolicy.minimumObjects`.
  public var minimumObjects: Int?
  /// Replaces `OrderPolicy.alternation`.
  public var alternation: [Int]?
  /// Replaces `OrderPolicy.alternationTail`.
  public var alternationTail: Double?
  /// Replaces `OrderPolicy.startsSmall`.
  public var startsSmall: Bool?
  /// Replaces `OrderPolicy.fallsBackToLowest`.
  public var fallsBackToLowest: Bool?
  /// Replaces `OrderPolicy.longestBackOff`.
  public var longestBackOff: Int?
  /// Replaces `OrderPolicy.fitsFreeBlocks`.
  public var fitsFreeBlocks: Bool?
  /// Replaces `OrderPolicy.prefersSmallestTail`.
  public var prefersSmallestTail: Bool?

  /// An override that keeps every setting but the preferred order.
  public init(preferred: Int? = nil) { self.preferred = preferred }
}

extension OrderPolicy {
  /// Returns the policy of a cache's slabs: this policy with the override for the stride, and then the one for the cache's
  /// name, applied. The result has no overrides itself.
  public func policy(forCache name: String, stride: Int) -> OrderPolicy {
    guard hasOverrides else { return self }
    var policy = self
    (policy.byCache, policy.byStride) = ([:], [:])
    if let override = byStride[stride] { policy.apply(override) }
    if let override = byCache[name] { policy.apply(override) }
    return policy
  }

  private mutating func apply(_ override: OrderOverride) {
    preferred = override.preferred ?? preferred
    maximumOrder = override.maximumOrder ?? maximumOrder
    minimumObjects = override.minimumObjects ?? minimumObjects
    alternation = override.alternation ?? alternation
    alternationTail = override.alternationTail ?? alternationTail
    startsSmall = override.startsSmall ?? startsSmall
    fallsBackToLowest = override.fallsBackToLowest ?? fallsBackToLowest
    longestBackOff = override.longestBackOff ?? longestBackOff
    fitsFreeBlocks = override.fitsFreeBlocks ?? fitsFreeBlocks
    prefersSmallestTail = override.prefersSmallestTail ?? prefersSmallestTail
  }

  /// Whether the settings and those of every override are in range.
  var isValid: Bool {
    let overrides = Array(byCache.values) + Array(byStride.values)
    let orders = 0...PageAllocator.maximumOrder
    return orders.contains(maximumOrder) && minimumObjects > 0 && longestBackOff >= 0 && !alternation.isEmpty
      && overrides.allSatisfy { override in
        orders.contains(override.preferred ?? 0) && orders.contains(override.maximumOrder ?? 0)
          && override.minimumObjects ?? 1 > 0 && override.longestBackOff ?? 0 >= 0 && override.alternation != []
      }
  }
}
