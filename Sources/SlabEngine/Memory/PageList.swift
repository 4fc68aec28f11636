/// Doubly linked list of blocks. The links are in the descriptors of the blocks' first pages.
struct PageList {
  private(set) var first = PageDescriptor.none
  private(set) var count = 0

  mutating func push(_ frame: UInt32, in pages: UnsafeMutablePointer<PageDescriptor>) {
    pages[Int(frame)].next = first
    pages[Int(frame)].previous = PageDescriptor.none
    if first != PageDescriptor.none { pages[Int(first)].previous = frame }
    first = frame
    count += 1
  }

  mutating func remove(_ frame: UInt32, in pages: UnsafeMutablePointer<PageDescriptor>) {
    let (previous, next) = (pages[Int(frame)].previous, pages[Int(frame)].next)
    if previous == PageDescriptor.none { first = next } else { pages[Int(previous)].next = next }
    if next != PageDescriptor.none { pages[Int(next)].previous = previous }
    count -= 1
  }

  /// Calls `body` for each block from first to last. `body` must not change the list.
  func forEach(in pages: UnsafeMutablePointer<PageDescriptor>, _ body: (UInt32) -> Void) {
    var frame = first
    while frame != PageDescriptor.none {
      body(frame)
      frame = pages[Int(frame)].next
    }
  }
}
