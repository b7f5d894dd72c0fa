# Roles exist as soon as anything of this app is imported: procedures and checks name them while apps load.
from qiying.kernel.permissions import roles as roles
