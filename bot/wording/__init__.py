"""Every sentence the bot says, as functions from values to messages; never how they look."""
