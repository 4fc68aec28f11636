/// Slots of the objects of a socket that do not depend on its protocol: an inode and a file (net/socket.c,
/// fs/file_table.c).
struct SocketFile: BitwiseCopyable, Sendable {
  var inode: UInt32
  var securityInode: UInt32
  var dentry: UInt32
  var file: UInt32
  var securityFile: UInt32
}

/// Slots of the objects by which an epoll instance watches a file (fs/eventpoll.c).
struct EpollWatch: BitwiseCopyable, Sendable {
  var item: UInt32
  var head: UInt32
  var entry: UInt32
}

extension NetworkStack {
  /// Allocates the inode and file of a new socket (sock_alloc and sock_map_fd).
  mutating func makeSocketFile(cpu: Int) -> SocketFile {
    SocketFile(
      inode: allocate(.socketInode, .sockInode, cpu: cpu),
      securityInode: allocate(.securityInode, .securityInode, cpu: cpu),
      dentry: allocate(.dentry, .makeDentry, cpu: cpu), file: allocate(.file, .makeFile, cpu: cpu),
      securityFile: allocate(.securityFile, .securityFile, cpu: cpu))
  }

  /// Frees the objects of a socket (close); the inode is freed after a grace period.
  mutating func close(_ file: SocketFile, cpu: Int) {
    free(file.dentry, .dentry, cpu: cpu)
    free(file.securityFile, .securityFile, cpu: cpu)
    free(file.file, .file, cpu: cpu)
    freeAfterGrace(file.inode, .socketInode, cpu: cpu)
    freeAfterGrace(file.securityInode, .securityInode, cpu: cpu)
  }

  /// Adds a file to an epoll instance (EPOLL_CTL_ADD).
  mutating func addEpollWatch(cpu: Int) -> EpollWatch {
    EpollWatch(
      item: allocate(.epollItem, .addEpoll, cpu: cpu), head: allocate(.epollHead, .addEpoll, cpu: cpu),
      entry: allocate(.epollEntry, .queueEpoll, cpu: cpu))
  }

  /// Removes a file from an epoll instance (EPOLL_CTL_DEL, or the file is closed).
  mutating func removeEpollWatch(_ watch: EpollWatch, cpu: Int) {
    free(watch.entry, .epollEntry, cpu: cpu)
    free(watch.head, .epollHead, cpu: cpu)
    freeAfterGrace(watch.item, .epollItem, cpu: cpu)
  }

  /// Opens a file, calls `body`, which sends it, and closes the file, as a web server does.
  mutating func serveFile(cpu: Int, _ body: (inout NetworkStack) -> Void) {
    let path = allocate(.path, .pathName, cpu: cpu)
    let file = allocate(.file, .makeFile, cpu: cpu)
    let security = allocate(.securityFile, .securityFile, cpu: cpu)
    advance(microseconds: 4)
    free(path, .path, cpu: cpu)
    advance(microseconds: 5)
    body(&self)
    advance(microseconds: 5)
    free(security, .securityFile, cpu: cpu)
    free(file, .file, cpu: cpu)
  }
}
