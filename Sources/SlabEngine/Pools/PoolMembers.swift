/// The caches that draw from a pool, and how many objects each has out of its slabs: live, or in a magazine. Part of
/// `SlabPool`, hence reached only with the pool's lock held.
struct PoolMembers {
  /// The most caches that share a pool.
  static let most = 16

  struct Member {
    var cache: Int
    var objectsInUse = 0
    /// Whether it left: it takes no more objects, and those it has out come back in time.
    var hasLeft = false
  }

  private var slots = InlineArray<16, Member>(repeating: Member(cache: -1))
  private(set) var count = 0
  /// The member that took or put last: the one to look at first.
  private var latest = 0

  subscript(position: Int) -> Member { slots[position] }

  /// Every member, those that left included.
  var all: [Int] { (0..<count).map { slots[$0].cache } }

  /// The cache that joined first.
  var first: Int { slots[0].cache }

  /// The cache in whose name the pool's slabs are reported: the first that has not left, else the first.
  var holder: Int {
    for position in 0..<count where !slots[position].hasLeft { return slots[position].cache }
    return first
  }

  /// Members that have not left.
  var staying: Int { (0..<count).reduce(0) { slots[$1].hasLeft ? $0 : $0 + 1 } }

  /// A cache's place among the members; nil when it is none.
  func position(of cache: Int) -> Int? {
    var position = 0
    while position < count {
      if slots[position].cache == cache { return position }
      position += 1
    }
    return nil
  }

  /// Objects that a cache has out of this pool.
  func objectsInUse(of cache: Int) -> Int { position(of: cache).map { slots[$0].objectsInUse } ?? 0 }

  /// Makes a cache a member; false when there is no room.
  mutating func join(_ cache: Int) -> Bool {
    if let position = position(of: cache) {
      slots[position].hasLeft = false
      return true
    }
    guard count < PoolMembers.most else { return false }
    slots[count] = Member(cache: cache)
    count += 1
    return true
  }

  mutating func leave(_ cache: Int) {
    if let position = position(of: cache) { slots[position].hasLeft = true }
  }

  /// Forgets a member that has nothing out.
  mutating func remove(_ cache: Int) {
    guard let position = position(of: cache) else { return }
    count -= 1
    for later in position..<count { slots[later] = slots[later + 1] }
    slots[count] = Member(cache: -1)
    latest = 0
  }

  /// Counts objects that a member took (or, negative, put back).
  mutating func add(_ objects: Int, to cache: Int) {
    if slots[latest].cache != cache {
      guard let position = position(of: cache) else { return }
      latest = position
    }
    slots[latest].objectsInUse += objects
  }
}
